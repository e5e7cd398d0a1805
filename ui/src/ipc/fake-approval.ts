// The authorization as the fake transport plays it: slow enough to be looked at, with any ending.

import type { AuthorizationEvent, AuthorizationStep, Consent, Problem, Waiting } from './bindings';
import { problem, type World } from './fake';

/** How the next authorization goes. */
export interface ApprovalScript {
  waiting: Waiting;
  notices: string[];
  /** It stays in the browser until it is cancelled or an address is pasted. */
  hold: boolean;
  /** What a pasted address is answered with; nothing takes it. */
  wrongPaste: Problem | null;
  consent: Consent;
  /** It ends here instead of with the consent. */
  failure: { step: AuthorizationStep; problem: Problem } | null;
}

type Watch = (event: AuthorizationEvent) => void;

interface Flow {
  watchers: Watch[];
  heard: AuthorizationEvent[];
  result: Promise<Consent>;
  comeBack: () => void;
  cancel: () => void;
}

export function approvals(state: World) {
  const flows = new Map<string, Flow>();

  function begin(id: string): Flow {
    let comeBack: Flow['comeBack'] = () => undefined;
    let cancel: Flow['cancel'] = () => undefined;
    const back = new Promise<void>((resolve) => (comeBack = resolve));
    const cancelled = new Promise<never>((_resolve, reject) => {
      const stopped = { summary: 'The authorization was stopped.', remedy: 'Nothing was changed.' };
      cancel = () => reject(problem({ code: 'cancelled', ...stopped }));
    });
    const result = Promise.race([play(id, state.approval, back, tell), cancelled]).finally(() => flows.delete(id));
    const flow: Flow = { watchers: [], heard: [], comeBack, cancel, result };
    function tell(event: AuthorizationEvent): void {
      flow.heard.push(event);
      for (const watch of flow.watchers) watch(event);
    }
    flows.set(id, flow);
    return flow;
  }

  async function play(id: string, script: ApprovalScript, back: Promise<void>, tell: Watch): Promise<Consent> {
    const pause = () => new Promise((resolve) => setTimeout(resolve, state.stepMs));
    const enter = async (step: AuthorizationStep) => {
      await pause();
      tell({ event: 'step', step });
      if (script.failure?.step === step) {
        await pause();
        keep(id, { failure: { at: new Date(Date.now()).toISOString(), ...script.failure } });
        throw script.failure.problem;
      }
    };
    await enter('preparing');
    await pause();
    tell({ event: 'waiting', ...script.waiting });
    for (const text of script.notices) tell({ event: 'notice', text });
    if (script.hold) await back;
    for (const step of ['waiting', 'exchanging', 'verifying', 'keeping', 'refreshing'] as const) await enter(step);
    await pause();
    return given(id);
  }

  function given(id: string): Consent {
    keep(id, { standing: 'authorized', consent: state.approval.consent, failure: null });
    return state.approval.consent;
  }

  function keep(id: string, over: Partial<NonNullable<World['connections'][number]['authorization']>>): void {
    state.connections = state.connections.map((one) =>
      one.id === id && one.authorization ? { ...one, authorization: { ...one.authorization, ...over } } : one,
    );
  }

  return {
    beginAuthorization: (id: string, acceptPerson: boolean, watch: Watch): Promise<Consent> => {
      if (acceptPerson) state.approval.failure = null;
      const flow = flows.get(id) ?? begin(id);
      for (const event of flow.heard) watch(event);
      flow.watchers.push(watch);
      return flow.result;
    },
    authorizationRunning: async (id: string) => flows.has(id),
    pasteRedirect: async (id: string) => {
      if (state.approval.wrongPaste) throw state.approval.wrongPaste;
      flows.get(id)?.comeBack();
    },
    openBrowserAgain: async () => undefined,
    cancelAuthorization: async (id: string) => flows.get(id)?.cancel(),
    retryKeeping: async (id: string) => given(id),
  };
}
