// The authorization of one connection, as it is watched. It goes on while other screens are looked at,
// and a page that was loaded anew joins it again.

import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { asRefusal, type Api } from '../ipc/api';
import type { AuthorizationEvent, AuthorizationStep, Consent, Problem, Waiting } from '../ipc/bindings';
import { t } from '../strings';
import { live } from './live.svelte';

export const APPROVAL_STEPS: readonly AuthorizationStep[] = [
  'preparing',
  'waiting',
  'exchanging',
  'verifying',
  'keeping',
  'refreshing',
];

export type ApprovalState = 'idle' | 'running' | 'stopping' | 'given' | 'cancelled' | 'failed';

export class Approval {
  state = $state.raw<ApprovalState>('idle');
  step = $state.raw<AuthorizationStep | null>(null);
  waiting = $state.raw<Waiting | null>(null);
  notices = $state.raw<string[]>([]);
  /** Why it ended, or why something that was asked for meanwhile did not work. */
  problem = $state.raw<Problem | null>(null);
  readonly #api: Api;
  readonly #id: string;
  readonly #onend: () => void;
  #running: Promise<Consent | null> | null = null;

  constructor(api: Api, id: string, onend: () => void) {
    this.#api = api;
    this.#id = id;
    this.#onend = onend;
  }

  get busy(): boolean {
    return this.state === 'running' || this.state === 'stopping';
  }

  /** Whether there is one to join: watched here already, or begun before this page was loaded. */
  async underWay(): Promise<boolean> {
    // Without an answer there is nothing to join; to authorize again says what is wrong.
    return this.busy || (await this.#api.authorizationRunning(this.#id).catch(() => false));
  }

  /**
   * The consent receipt, or nothing when there is no approval; `state` and `problem` say why. One that
   * runs is joined.
   */
  async start(acceptPerson = false): Promise<Consent | null> {
    return this.#run(() => this.#api.beginAuthorization(this.#id, acceptPerson, (event) => this.#watch(event)));
  }

  /** Puts away an approval that came while the vault was locked. */
  async retryKeeping(): Promise<Consent | null> {
    return this.#run(() => {
      this.step = 'keeping';
      return this.#api.retryKeeping(this.#id);
    });
  }

  async cancel(): Promise<void> {
    if (this.state !== 'running') return;
    this.state = 'stopping';
    await this.#aside(() => this.#api.cancelAuthorization(this.#id));
  }

  openAgain(): Promise<void> {
    return this.#aside(() => this.#api.openBrowserAgain(this.#id));
  }

  /** What is wrong with the address, if anything is. */
  async paste(address: string): Promise<Problem | null> {
    try {
      await this.#api.pasteRedirect(this.#id, address);
      return null;
    } catch (reason) {
      return asRefusal(reason).problem;
    }
  }

  async #run(ask: () => Promise<Consent>): Promise<Consent | null> {
    this.#running ??= this.#watched(ask).finally(() => (this.#running = null));
    return this.#running;
  }

  async #watched(ask: () => Promise<Consent>): Promise<Consent | null> {
    this.state = 'running';
    this.step = null;
    this.waiting = null;
    this.notices = [];
    this.problem = null;
    try {
      const consent = await ask();
      this.state = 'given';
      live.show(t.approval.given);
      return consent;
    } catch (reason) {
      const { problem } = asRefusal(reason);
      this.state = problem.code === 'cancelled' ? 'cancelled' : 'failed';
      if (this.state === 'failed') this.problem = problem;
      live.say(this.state === 'failed' ? t.approval.failed : t.approval.stopped);
      return null;
    } finally {
      this.#onend();
    }
  }

  async #aside(ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
      this.problem = null;
    } catch (reason) {
      this.problem = asRefusal(reason).problem;
    }
  }

  #watch(event: AuthorizationEvent): void {
    if (!this.busy) return;
    switch (event.event) {
      case 'step':
        this.step = event.step;
        break;
      case 'waiting':
        this.step = 'waiting';
        this.waiting = event;
        break;
      case 'notice':
        // A page that joined again hears what it may have heard before.
        if (!this.notices.includes(event.text)) this.notices = [...this.notices, event.text];
    }
  }
}

/** All of this visit, so that leaving a connection's page ends nothing. */
export class Approvals {
  /** How many have ended: what shows where connections stand reads them again. */
  ended = $state.raw(0);
  readonly #api: Api;
  readonly #of = new SvelteMap<string, Approval>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Whether this one is under way, as far as this page knows. */
  running(id: string): boolean {
    return this.#of.get(id)?.busy ?? false;
  }

  of(id: string): Approval {
    const known = this.#of.get(id);
    if (known) return known;
    const made = new Approval(this.#api, id, () => (this.ended += 1));
    this.#of.set(id, made);
    return made;
  }

  /** The first of these connections that is being authorized: a page that was loaded anew goes there. */
  async left(ids: string[]): Promise<string | null> {
    for (const id of ids) if (await this.#api.authorizationRunning(id)) return id;
    return null;
  }
}

export const [useApprovals, provideApprovals] = createContext<Approvals>();
