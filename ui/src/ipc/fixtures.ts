// What the fake transport serves. Names and values are invented.

import type {
  AuthorizationView,
  Check,
  CheckId,
  ConnectionView,
  Consent,
  PracticeAccount,
  PracticeIssuer,
  PracticePerson,
  PracticeView,
  Provider,
  ProviderView,
  Redirect,
  Report,
  Settings,
  VaultStatus,
} from './bindings';
import builtIn from './catalogue.json';
import type { ApprovalScript } from './fake-approval';

/** Everything below is dated relative to this, so that screenshots do not age. */
export const NOW = Date.parse('2026-11-22T09:41:00Z');
const minutes = (count: number) => new Date(NOW - count * 60_000).toISOString();

/** The built-in catalogue as Rust says it, on the day of `NOW`. */
export const catalogue = builtIn as unknown as ProviderView[];

export function view(id: string): ProviderView {
  const found = catalogue.find((one) => one.provider.id === id);
  if (!found) throw new Error(`no built-in provider ${id}`);
  return found;
}

export const provider = (id: string): Provider => view(id).provider;

export const talkdesk = provider('talkdesk');

/** A provider as one that the person made or brought. */
export function own(made: Provider): ProviderView {
  const origin = { kind: 'own', path: `/home/ada/.config/proofkey/providers/${made.id}.toml` } as const;
  const suggested = Object.fromEntries(made.grants.map((one) => [one, made.scopes.suggested]));
  return { provider: made, origin, warnings: [], suggested };
}

export function connection(over: Partial<ConnectionView> = {}): ConnectionView {
  return {
    id: 'support-dashboards',
    name: 'Support dashboards',
    provider: 'talkdesk',
    provider_name: 'Talkdesk',
    grant: 'client_credentials',
    client_authentication: 'client_secret_basic',
    basic_encoding: 'form',
    scopes: ['account:read', 'users:read', 'data-reports:read'],
    variables: { account: 'acme', region: 'us' },
    parameters: {},
    account: over.variables?.['account'] ?? 'acme',
    region_label: 'United States (US)',
    signing: null,
    service_token: null,
    service_token_ends_at: null,
    generation: 1,
    rotation: null,
    installation: null,
    practice: false,
    authorization: null,
    endpoints: {
      token: 'https://acme.talkdeskid.com/oauth/token',
      api_base: 'https://api.talkdeskapp.com',
      authorization: null,
    },
    standing: 'proven',
    proven_at: minutes(12),
    created_at: minutes(60 * 24 * 9),
    changed_at: minutes(60 * 24 * 2),
    access_token_seconds: 599,
    ...over,
  };
}

export const redirect: Redirect = {
  kind: 'loopback',
  host: 'address',
  ports: [49213],
  path: '/authorized/8c1f4e2a9b7d4c60a35e1f7b2d9c8e04',
};

export const unauthorized: AuthorizationView = {
  standing: 'required',
  redirect,
  redirect_uris: ['http://127.0.0.1:49213/authorized/8c1f4e2a9b7d4c60a35e1f7b2d9c8e04'],
  consent: null,
  failure: null,
  unsaved: false,
};

export const consent: Consent = {
  at: minutes(3),
  person: { issuer: 'https://acme.talkdeskid.com', subject: '5f1e', name: 'Ada Lovelace', email: 'ada@acme.example' },
  account: 'acme',
  requested_scopes: ['account:read', 'users:read', 'openid', 'refresh_token'],
  granted_scopes: ['account:read', 'users:read', 'openid', 'refresh_token'],
  refresh: { outcome: 'proven' },
  notes: [],
};

/** In the browser until something happens. */
export const approval: ApprovalScript = {
  waiting: {
    url: 'https://acme.talkdeskid.com/oauth/authorize?response_type=code&client_id=f0c1a4d2e5b64f7a9c3d1e8b7a605142&redirect_uri=http%3A%2F%2F127.0.0.1%3A49213%2Fauthorized%2F8c1f4e2a9b7d4c60a35e1f7b2d9c8e04&scope=account%3Aread+users%3Aread+openid+refresh_token&state=s0v5Zt&code_challenge=Q2fPb&code_challenge_method=S256&nonce=p1R8',
    redirect_uri: 'http://127.0.0.1:49213/authorized/8c1f4e2a9b7d4c60a35e1f7b2d9c8e04',
    browser: 'Firefox',
    browser_problem: null,
    expires_at: new Date(NOW + 292_000).toISOString(),
    must_paste: false,
  },
  notices: [],
  hold: false,
  wrongPaste: null,
  consent,
  failure: null,
};

/** A connection that a person approves. */
export function approved(over: Partial<AuthorizationView> = {}): ConnectionView {
  return connection({
    id: 'agent-desktop',
    name: 'Agent desktop',
    grant: 'authorization_code',
    scopes: consent.requested_scopes,
    standing: 'unproven',
    proven_at: null,
    authorization: { ...unauthorized, ...over },
  });
}

/** A provider that was made from its issuer. */
export const discovered: Provider = {
  ...talkdesk,
  id: 'login-example-com',
  name: 'login.example.com',
  summary: 'Made from its issuer address.',
  endpoints: { ...talkdesk.endpoints, issuer: 'https://login.example.com' },
  variables: [],
  regions: [],
  detection: null,
  grants: ['authorization_code'],
  authorization_code: talkdesk.authorization_code && { ...talkdesk.authorization_code, notes: [] },
  guide: [],
  deadlines: [],
  evidence: [],
  notes: [],
};

export const connections: ConnectionView[] = [
  connection(),
  connection({
    id: 'wallboard-emea',
    name: 'Wallboard EMEA',
    variables: { account: 'globex', region: 'eu' },
    region_label: 'Europe (EU)',
    standing: 'failed',
    proven_at: minutes(60 * 26),
    endpoints: {
      token: 'https://globex.talkdeskid.eu/oauth/token',
      api_base: 'https://api.talkdeskapp.eu',
      authorization: null,
    },
  }),
  connection({
    id: 'nightly-reports',
    name: 'Nightly reports',
    variables: { account: 'initech', region: 'ca' },
    region_label: 'Canada (CA)',
    standing: 'stale',
    proven_at: minutes(60 * 24 * 5),
    endpoints: {
      token: 'https://initech.talkdeskidca.com/oauth/token',
      api_base: 'https://api.talkdeskappca.com',
      authorization: null,
    },
  }),
  connection({
    id: 'rehearsal',
    name: 'Rehearsal',
    practice: true,
    standing: 'unproven',
    proven_at: null,
    scopes: [],
  }),
];

const SUMMARIES: Record<CheckId, [string, number, Record<string, string>]> = {
  configuration: [
    'All values are there and well formed.',
    1,
    { token_endpoint: 'https://acme.talkdeskid.com/oauth/token' },
  ],
  dns: ['The name has two addresses.', 12, { host: 'acme.talkdeskid.com', addresses: '192.0.2.14, 192.0.2.77' }],
  tcp: ['The server took the call on port 443.', 19, { address: '192.0.2.14:443' }],
  tls: [
    'The certificate is trusted and was issued for this name.',
    41,
    { protocol: 'TLS 1.3', issuer: 'Example Trust CA R4', expires: '2027-02-11' },
  ],
  token: [
    'An access token was issued for 599 seconds.',
    180,
    { status: '200', token_type: 'Bearer', expires_in: '599' },
  ],
  scope: [
    'All 3 scopes were granted.',
    0,
    { requested: 'account:read users:read data-reports:read', granted: 'account:read users:read data-reports:read' },
  ],
  api: ['GET /account answered 200.', 96, { url: 'https://api.talkdeskapp.com/account', status: '200' }],
  account: ['The account answers by its own name, acme.', 0, { name: 'acme' }],
  vault: ['The secret was read back from the keychain.', 8, { vault: 'Secret Service' }],
};

export function passed(id: CheckId): Check {
  const [summary, duration_ms, evidence] = SUMMARIES[id];
  return { id, status: 'passed', summary, evidence, duration_ms };
}

export const refusedToken: Check = {
  id: 'token',
  status: 'failed',
  summary: 'Talkdesk answered 401 and did not issue a token.',
  remedy: 'Compare the client ID and secret with those of the client in Talkdesk.',
  causes: [
    {
      summary: 'The secret has a blank at its end (position 41).',
      remedy: 'Remove the blank and try again.',
      action: { action: 'tidy_client_secret' },
    },
    {
      summary: 'The account may be hosted in Europe: globex answers there.',
      remedy: 'Switch the region.',
      action: { action: 'switch_region', region: 'eu' },
    },
    {
      summary: 'The secret was replaced in Talkdesk, or a scope was added minutes ago.',
      remedy: 'Wait five minutes after adding a scope, or create a new secret.',
    },
  ],
  evidence: {
    clock_skew_seconds: '0',
    error: 'invalid_client',
    error_description: 'Client authentication failed',
    region_eu: 'acme.talkdeskid.eu answered as it does for accounts it has.',
    status: '401',
  },
  duration_ms: 180,
  standard: 'RFC 6749 §5.2',
};

const ORDER: CheckId[] = ['configuration', 'dns', 'tcp', 'tls', 'token', 'scope', 'api', 'account', 'vault'];

/** A full report; `failure` ends it early, as a real one would. */
export function report(id: string, failure: Check | null = null, at: string = minutes(12)): Report {
  const stop = failure ? ORDER.indexOf(failure.id) : ORDER.length;
  const checks = ORDER.map((check, index): Check => {
    if (index < stop) return passed(check);
    if (failure && index === stop) return failure;
    return { id: check, status: 'not_reached', summary: 'An earlier check failed.', evidence: {}, duration_ms: 0 };
  });
  return {
    connection: id,
    provider: 'talkdesk',
    verdict: failure ? 'failed' : 'passed',
    started_at: at,
    finished_at: at,
    checks,
    granted_scopes: failure ? null : ['account:read', 'users:read', 'data-reports:read'],
    content_id: 'c1',
    tool_version: '0.1.0',
  };
}

export const practicePerson: PracticePerson = {
  name: 'Ada Lovelace',
  email: 'ada@oceanic.example',
  password: 'practice-ada',
};

export const practiceIssuer: PracticeIssuer = {
  issuer: 'https://id.practice.example',
  client_id: '5d0e7f1a2b3c4d5e6f708192a3b4c5d6',
  client_secret: 'practice-Wq1eR5tY9uI3oP7aS2dF6gH0jK4lZ8xC1vB5nM9qW3eR7tY2uI6oP0aS',
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  person: { name: 'Ada Lovelace', email: 'ada@practice.example', password: 'practice-ada' },
};

export const practiceAccounts: PracticeAccount[] = [
  {
    account: 'acme',
    region: 'us',
    client_id: 'f0c1a4d2e5b64f7a9c3d1e8b7a605142',
    client_secret: 'practice-Uq7vX2mK9sLwR4tZ8nBcD6hJ1pYfG3aE5oWiQ0rTyMxVzNkSjHbPlC',
    lesson: 'Everything works.',
    grant: 'client_credentials',
    key: null,
    person: null,
  },
  {
    account: 'globex',
    region: 'eu',
    client_id: '0b7d9e2f4a6c48e1b5d3f7091a2c3e4d',
    client_secret: 'practice-Zx8cV5bN2mQ1wE4rT7yU0iO3pA6sD9fG2hJ5kL8zX1cV4bN7mQ0wE3rT6yU',
    lesson: 'Everything works, in Europe.',
    grant: 'client_credentials',
    key: null,
    person: null,
  },
  {
    account: 'wonka',
    region: 'us',
    client_id: '91ce77aa03b54f18a2dd6b3f20e4c851',
    client_secret: 'practice-wrong-on-purpose-4rT7yU0iO3pA6sD9fG2hJ5kL8zX1cV4bN7mQ0wE3',
    lesson: 'The secret is refused.',
    grant: 'client_credentials',
    key: null,
    person: null,
  },
  {
    account: 'slowpoke',
    region: 'us',
    client_id: 'aa10bb20cc30dd40ee50ff6011223344',
    client_secret: 'practice-slow-0wE3rT6yU9iO2pA5sD8fG1hJ4kL7zX0cV3bN6mQ9wE2rT5yU8iO',
    lesson: 'Every answer takes three seconds.',
    grant: 'client_credentials',
    key: null,
    person: null,
  },
  {
    account: 'oceanic',
    region: 'us',
    client_id: '7b1f0c5e2d9a4836b7e0f1a2c3d4e5f6',
    client_secret: 'practice-Lk3jH8gF2dS7aP0oI4uY9tR5eW1qM6nB8vC3xZ7lK2jH4gF9dS0aP5oI',
    lesson: 'Everything works.',
    grant: 'authorization_code',
    key: null,
    person: practicePerson,
  },
];

export const noPractice: PracticeView = {
  running: false,
  elsewhere: false,
  provider: 'talkdesk',
  address: null,
  accounts: [],
  issuer: null,
  customer: null,
};

export const practiceRunning: PracticeView = {
  ...noPractice,
  running: true,
  address: '127.0.0.1:39817',
  accounts: practiceAccounts,
  issuer: practiceIssuer,
};

/** A terminal plays Zendesk. */
export const practisedZendesk: PracticeView = {
  ...noPractice,
  running: true,
  elsewhere: true,
  provider: 'zendesk',
  address: '127.0.0.1:39818',
  customer: {
    provider: 'zendesk',
    variables: { subdomain: 'acme' },
    client_id: 'practice-client-4711',
    client_secret: 'practice-k3Yq7Vn2Zt9Lw5Rb',
    scopes: [],
    person: practicePerson,
    callback: null,
  },
};

export const vault: VaultStatus = {
  description: {
    name: 'System keychain (Secret Service)',
    protection: 'Unlocked with your login. Programs that you run can ask for its items.',
  },
  working: true,
  summary: null,
  remedy: null,
  reconciled: [],
};

export const settings: Settings = { theme: 'system', proxy: { mode: 'system' }, ca_file: null };
