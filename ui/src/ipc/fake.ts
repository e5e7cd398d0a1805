// A transport that needs no window: tests and screenshots run on it. It behaves like the real one as
// far as the page can tell, streams proofs slowly, and can be told to fail.

import type { Api, Connections } from './api';
import type {
  Check,
  ConnectionDraft,
  ConnectionView,
  KeyView,
  PracticeView,
  Problem,
  ProofEvent,
  Provider,
  ProviderView,
  Redirect,
  Report,
  Settings,
  VaultStatus,
} from './bindings';
import { accountVariable, regionOf } from '../lib/provider';
import { approvals, type ApprovalScript } from './fake-approval';
import { calls } from './fake-call';
import { events, eventScript, type EventScript } from './fake-event';
import { preview } from './fake-export';
import { keyFindings, keys, signingOf } from './fake-keys';
import { rotations } from './fake-rotation';
import { trials, type TrialScript, trialScript } from './fake-validator';
import { sheets } from './fake-sheet';
import { endpoints, locate, review, taken } from './fake-draft';
import * as fixtures from './fixtures';

export interface World {
  providers: ProviderView[];
  connections: ConnectionView[];
  unreadable: Connections['unreadable'];
  reports: Record<string, Report>;
  /** A proof of this connection stops at this check, until a remedy is applied. */
  failures: Record<string, Check>;
  settings: Settings;
  vault: VaultStatus;
  practice: PracticeView;
  draft: string | null;
  approval: ApprovalScript;
  event: EventScript;
  trial: TrialScript;
  /** What is proposed for a new connection. */
  redirect: Redirect;
  /** What removing a connection says. */
  removal: string[];
  /** Between two events of a proof. */
  stepMs: number;
  /** The next call of this name rejects with it. */
  refusals: Partial<Record<keyof Api, unknown>>;
  /** What the save dialog does. */
  dialog: 'save' | 'dismiss';
  /** Keys that wait for a connection. */
  keys: KeyView[];
  /** Every call, so that a test can say what went out. */
  calls: Array<[keyof Api, unknown[]]>;
}

export function world(over: Partial<World> = {}): World {
  return {
    providers: fixtures.catalogue,
    connections: structuredClone(fixtures.connections),
    unreadable: [],
    reports: {
      'support-dashboards': fixtures.report('support-dashboards'),
      'wallboard-emea': fixtures.report(
        'wallboard-emea',
        fixtures.refusedToken,
        new Date(fixtures.NOW - 26 * 3_600_000).toISOString(),
      ),
      'nightly-reports': fixtures.report(
        'nightly-reports',
        null,
        new Date(fixtures.NOW - 5 * 86_400_000).toISOString(),
      ),
    },
    failures: { 'wallboard-emea': fixtures.refusedToken },
    settings: structuredClone(fixtures.settings),
    vault: structuredClone(fixtures.vault),
    practice: fixtures.noPractice,
    draft: null,
    approval: structuredClone(fixtures.approval),
    event: eventScript(),
    trial: trialScript(),
    redirect: structuredClone(fixtures.redirect),
    removal: [],
    stepMs: 0,
    refusals: {},
    dialog: 'save',
    keys: [],
    calls: [],
    ...over,
  };
}

export function problem(over: Partial<Problem> = {}): Problem {
  return { code: 'internal', summary: 'It did not work.', remedy: 'Try again.', field: null, quoted: null, ...over };
}

/** The transport over `state`, which may be looked at and changed while it is used. */
export function fake(state: World): Api {
  let cancelled = new Set<string>();
  const find = (id: string): ConnectionView => {
    const found = state.connections.find((one) => one.id === id);
    if (!found)
      throw problem({ code: 'not_found', summary: `There is no connection ${id}.`, remedy: 'Go back to the list.' });
    return found;
  };
  const provider = (id: string): Provider => {
    const found = state.providers.find((one) => one.provider.id === id);
    if (!found) throw problem({ code: 'not_found', summary: `There is no provider called ${id}.` });
    return found.provider;
  };
  const replace = (next: ConnectionView): ConnectionView => {
    state.connections = state.connections.map((one) => (one.id === next.id ? next : one));
    return next;
  };
  const api: Api = {
    ...approvals(state),
    ...calls(state),
    ...events(state),
    ...sheets(state),
    ...keys(state),
    ...trials(state),
    ...rotations(state, (report, watch) => stream(report, watch, state.stepMs, () => cancelled.has(report.connection))),
    providers: async () => state.providers,
    providerFromIssuer: async (issuer, replace, practice) => {
      const known = practice ? fixtures.practiceIssuer.issuer : 'login.example.com';
      if (!issuer.includes(known))
        throw problem({
          code: 'server_unreachable',
          summary: `${issuer} does not publish its sign-in addresses.`,
          remedy: 'Compare the address with the vendor’s pages.',
        });
      const { id } = fixtures.discovered;
      if (!replace && state.providers.some((one) => one.provider.id === id))
        throw problem({
          code: 'already_exists',
          summary: `There is a provider called ${id} already.`,
          remedy: 'Choose another id.',
        });
      const others = state.providers.filter((one) => one.provider.id !== id);
      state.providers = [...others, fixtures.own(fixtures.discovered)];
      return fixtures.discovered;
    },
    proposeRedirect: async () => structuredClone(state.redirect),
    locateAccount: async (id, input) => locate(provider(id), input),
    locateVariable: async (_provider, _name, input) => taken(input),
    detectRegions: async (_provider, account) =>
      fixtures.talkdesk.regions.slice(0, 4).map((region) => {
        const home = account === 'globex' ? 'eu' : 'us';
        const sighting = region.id === home ? 'found' : region.id === 'au' ? 'unclear' : 'absent';
        const detail = { found: 'Published its keys.', absent: 'Answered 404.', unclear: 'Did not answer in time.' }[
          sighting
        ];
        return { region: region.id, label: region.label, sighting, detail } as const;
      }),
    reviewDraft: async (draft, changing, handle) => ({
      findings: [
        ...review(provider(draft.provider), draft, changing !== null),
        ...keyFindings(draft, changing !== null, handle ?? null),
      ],
      endpoints: endpoints(provider(draft.provider), draft.variables),
      redirect_uris: registered(draft.redirect),
    }),
    addConnection: async (draft) => {
      const findings = review(provider(draft.provider), draft, false);
      if (findings.some((one) => one.severity === 'blocking')) {
        throw {
          problem: problem({
            code: 'draft_invalid',
            summary: 'The connection cannot be saved like this.',
            remedy: 'See the list.',
          }),
          findings,
        };
      }
      const added = { ...fromDraft(provider(draft.provider), draft), signing: signingOf(draft, state) };
      state.connections = [...state.connections, added];
      if (draft.client_secret?.includes('wrong')) state.failures[added.id] = fixtures.refusedToken;
      return added;
    },
    changeConnection: async (id, draft) => {
      const before = find(id);
      if (draft.client_secret && !draft.client_secret.includes('wrong')) delete state.failures[id];
      const changed = { ...fromDraft(provider(draft.provider), draft), signing: signingOf(draft, state) };
      return replace({ ...changed, id, name: before.name, standing: 'stale' });
    },
    connections: async () => ({ connections: state.connections, unreadable: state.unreadable }),
    connectionPage: async (id) => ({ connection: find(id), report: state.reports[id] ?? null }),
    renameConnection: async (id, name) => void replace({ ...find(id), name }),
    removeConnection: async (id) => {
      state.connections = state.connections.filter((one) => one.id !== find(id).id);
      return { notes: state.removal };
    },
    validate: async (id, watch) => {
      find(id);
      cancelled = new Set();
      const report = fixtures.report(id, state.failures[id] ?? null, new Date(fixtures.NOW).toISOString());
      await stream(report, watch, state.stepMs, () => cancelled.has(id));
      state.reports[id] = report;
      replace({
        ...find(id),
        standing: report.verdict === 'passed' ? 'proven' : 'failed',
        proven_at: report.finished_at,
      });
      return report;
    },
    cancelValidation: async (id) => void cancelled.add(id),
    applyRemedy: async (id) => {
      delete state.failures[id];
      return replace({ ...find(id), standing: 'stale' });
    },
    exportPreview: async (id, format, secrets) => preview(find(id), format, secrets),
    exportToFile: async (id, format, secrets) =>
      state.dialog === 'dismiss'
        ? null
        : {
            path: `/home/ada/Documents/${id}.${format}`,
            mode: '0600',
            bytes: 812,
            format,
            holds_secrets: secrets === 'plain',
          },
    settings: async () => state.settings,
    saveSettings: async (settings) => void (state.settings = settings),
    chooseCaFile: async () => '/etc/ssl/company-root.pem',
    vaultStatus: async () => state.vault,
    practiceStatus: async () => state.practice,
    practiceStart: async () => (state.practice = state.practice.running ? state.practice : fixtures.practiceRunning),
    practiceStop: async () => (state.practice = fixtures.noPractice),
    keepWizardDraft: async (draft) => void (state.draft = draft),
    wizardDraft: async () => state.draft,
    discardWizardDraft: async () => void (state.draft = null),
    openGuide: async () => undefined,
    openSource: async () => undefined,
    about: async () => ({ version: '0.1.0', config_dir: '/home/ada/.config/proofkey', license: 'MIT OR Apache-2.0' }),
  };
  return recorded(api, state);
}

function recorded(api: Api, state: World): Api {
  const entries = Object.entries(api) as Array<[keyof Api, (...rest: unknown[]) => Promise<unknown>]>;
  const wrapped = entries.map(([name, call]) => [
    name,
    async (...rest: unknown[]) => {
      state.calls.push([name, rest]);
      const refusal = state.refusals[name];
      if (refusal !== undefined) {
        delete state.refusals[name];
        throw refusal;
      }
      return structuredClone(await call(...rest));
    },
  ]);
  return Object.fromEntries(wrapped) as Api;
}

async function stream(
  report: Report,
  watch: (event: ProofEvent) => void,
  stepMs: number,
  stopped: () => boolean,
): Promise<void> {
  for (const check of report.checks) {
    if (check.status === 'not_reached') continue;
    watch({ event: 'started', id: check.id });
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    if (stopped())
      throw problem({ code: 'cancelled', summary: 'The proof was stopped.', remedy: 'Nothing was changed.' });
    watch({ event: 'finished', check });
  }
}

/** Only what the fake needs: the real string comes from one function in Rust. */
function registered(redirect: Redirect | null): string[] {
  if (redirect === null) return [];
  if (redirect.kind === 'pasted') return [redirect.uri];
  const ports = redirect.ports.length > 0 ? redirect.ports.map((port) => `:${port}`) : [''];
  return ports.map((port) => `http://127.0.0.1${port}${redirect.path}`);
}

function fromDraft(of: Provider, draft: ConnectionDraft): ConnectionView {
  const account = draft.variables[accountVariable(of)?.name ?? ''] || null;
  const name = draft.name || [of.name, account].filter(Boolean).join(' ');
  return fixtures.connection({
    id: name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-'),
    name,
    provider: of.id,
    provider_name: of.name,
    scopes: draft.scopes,
    variables: draft.variables,
    parameters: draft.parameters,
    service_token: draft.service_token,
    account,
    region_label: regionOf(of, draft.variables)?.label ?? null,
    practice: draft.practice,
    standing: 'unproven',
    proven_at: null,
    endpoints: endpoints(of, draft.variables),
    client_authentication: draft.client_authentication,
    grant: draft.grant,
    authorization:
      draft.grant === 'authorization_code'
        ? {
            ...fixtures.unauthorized,
            redirect_uris: registered(draft.redirect),
            ...(draft.redirect && { redirect: draft.redirect }),
          }
        : null,
    basic_encoding: draft.basic_encoding ?? of.basic_encoding,
    access_token_seconds: of.lifetimes.access_token_seconds,
  });
}
