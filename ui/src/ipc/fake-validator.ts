// A validator on the bench: a good one, and one with the mistakes that people make.

import type { Api } from './api';
import type {
  FormField,
  LocalValidatorView,
  PointId,
  Problem,
  SuggestedIntegration,
  TrialWish,
  TrialPoint,
  TrialReport,
} from './bindings';
import { problem, type World } from './fake';
import * as fixtures from './fixtures';

export interface TrialScript {
  /** What is wrong with the validator. */
  mistakes: TrialPoint[];
  /** What runs in this window. */
  local: LocalValidatorView;
  /** What comes of the next start. */
  starts: LocalValidatorView;
}

export const stopped: LocalValidatorView = { integrations: [], calls: [] };

const fieldOf = (name: string, kind: FormField['kind'], over: Partial<FormField> = {}): FormField => ({
  name,
  kind,
  label: name,
  help: '',
  example: null,
  required: true,
  choices: [],
  ...over,
});

/** For a connection to Talkdesk that signs in by itself. */
export const suggested: SuggestedIntegration = {
  system: 'Talkdesk',
  fields: [
    fieldOf('account', 'label', {
      label: 'Account name',
      help: 'The first part of your Talkdesk address.',
      example: 'acme',
    }),
    fieldOf('region', 'string', {
      label: 'Region',
      help: 'Where your account is kept.',
      choices: [
        { value: 'us', label: 'United States' },
        { value: 'eu', label: 'Europe' },
        { value: 'ca', label: 'Canada' },
      ],
    }),
    fieldOf('client_id', 'string', { label: 'Client ID' }),
    fieldOf('client_secret', 'secret', { label: 'Client secret' }),
  ],
  configuration: `# Suggested by Proofkey. Every key: docs/validator/integrations.md
# What Talkdesk keeps: returns = { user_id = "$.user.id" }
listen = "127.0.0.1:8080"

[[integration]]
path = "/talkdesk/authorization"
provider = "talkdesk"
grant = "client_credentials"

[integration.fields]
account = "label"
client_id = { kind = "string", as = "client_id" }
client_secret = { kind = "secret", as = "client_secret" }
region = "string"
`,
};

export const started: LocalValidatorView = {
  integrations: [
    {
      address: 'http://127.0.0.1:43117/helpdesk/authorization',
      system: 'Helpdesk',
      fields: [
        fieldOf('subdomain', 'label', {
          label: 'Subdomain',
          help: 'The first part of your Helpdesk address.',
          example: 'acme',
        }),
        fieldOf('email_address', 'string', {
          label: 'E-mail address',
          help: 'Of the person in whose name the calls are made.',
        }),
        fieldOf('api_token', 'secret', { label: 'API token', help: 'From Admin Center, Apps and integrations, APIs.' }),
        fieldOf('workspace_id', 'integer', { label: 'Workspace', required: false }),
        fieldOf('sandbox', 'boolean', { label: 'Sandbox', required: false }),
      ],
    },
  ],
  calls: [
    call('accepted', '', 200, 84_211, 1),
    call('refused', 'credentials', 401, 61_803, 2),
    call('refused', 'missing_field', 401, 212, 3),
    call('not_json', '', 415, 96, 3),
    call('unclear', 'upstream_timeout', 401, 8_000_400, 9),
  ],
};

function call(outcome: string, reason: string, status: number, duration_us: number, minutes: number) {
  const at = new Date(fixtures.NOW - minutes * 60_000).toISOString();
  return { at, integration: '/helpdesk/authorization', outcome, reason, status, duration_us };
}

export const trialScript = (): TrialScript => ({ mistakes: [], local: stopped, starts: started });

const CALL: PointId[] = ['reachable', 'tls', 'status', 'content_type', 'fields', 'size', 'latency', 'echo'];
const BEYOND: PointId[] = [
  'unknown_field',
  'sent_back',
  'altered',
  'missing',
  'empty',
  'malformed',
  'media_type',
  'method',
  'caller',
];

const summaries: Record<PointId, string> = {
  reachable: 'Something listens at bridge.example.com.',
  tls: 'The certificate is trusted and names bridge.example.com.',
  status: 'It answers 200 to the credentials.',
  content_type: 'The answer says that it is JSON.',
  fields: 'It returns 2 fields, each of a kind that Talkdesk keeps.',
  size: 'The answer has 46 bytes.',
  latency: 'It answers in 84 ms.',
  unknown_field: 'A field that it does not know changes nothing.',
  sent_back: 'What it returned validates when it is sent back.',
  altered: 'It refuses password, altered in one character, with 401.',
  missing: 'It refuses credentials without password.',
  empty: 'It refuses credentials without any field.',
  malformed: 'It refuses 12 bodies that are not the contract.',
  media_type: 'It refuses a body that says it is plain text.',
  method: 'It does not validate by GET.',
  caller: 'No headers were given for the caller, so none can be left out.',
  echo: 'No answer repeats a secret that was sent.',
};

function point(id: PointId, over: Partial<TrialPoint> = {}): TrialPoint {
  const evidence: Partial<Record<PointId, Record<string, string>>> = {
    content_type: { content_type: 'application/json' },
    fields: { user_id: 'whole number', name: 'text' },
    size: { bytes: '46' },
    latency: { milliseconds: '84' },
  };
  const status = id === 'caller' ? 'skipped' : 'passed';
  return { id, status, summary: summaries[id], evidence: evidence[id] ?? {}, duration_ms: 84, ...over };
}

export const mistakes: TrialPoint[] = [
  point('content_type', {
    status: 'failed',
    summary: 'The answer says that it is text/html.',
    remedy:
      'Send the header Content-Type: application/json. In most frameworks a function that answers with JSON does it.',
    causes: [
      {
        summary: 'The body is sent as text, or a page of a gateway is in its place.',
        remedy:
          'Send the header Content-Type: application/json. In most frameworks a function that answers with JSON does it.',
      },
    ],
    evidence: { content_type: 'text/html' },
    duration_ms: 0,
    standard: 'RFC 9110 §8.3, RFC 8259',
  }),
  point('altered', {
    status: 'failed',
    summary: 'It accepts a wrong password.',
    remedy: 'Ask the external system with the credentials that came, and answer 401 when it refuses them.',
    causes: [
      {
        summary: 'The validator answers 200 without asking anybody, or looks at another field.',
        remedy: 'Ask the external system with the credentials that came, and answer 401 when it refuses them.',
      },
    ],
    evidence: { status: '200' },
    standard: 'Talkdesk, authorization validator',
  }),
  point('method', {
    status: 'warning',
    summary: 'It answers with success to GET.',
    remedy: 'Answer 405 to every method but POST.',
    causes: [
      {
        summary: 'Another page is served at the same address, or the method is not looked at.',
        remedy: 'Answer 405 to every method but POST.',
      },
    ],
    evidence: { status: '200' },
    standard: 'RFC 9110 §15.5.6',
  }),
];

export const unreached: TrialPoint[] = [
  point('reachable', {
    status: 'failed',
    summary: 'Nothing listens at bridge.example.com.',
    remedy: 'Start the validator, or correct the port.',
    causes: [
      { summary: 'The validator does not run, or listens elsewhere.', remedy: 'Start it, or correct the port.' },
    ],
  }),
  ...[...CALL.slice(1), ...BEYOND].map((id) =>
    point(id, {
      status: 'not_reached',
      summary: 'Not reached, because an earlier point failed.',
      evidence: {},
      duration_ms: 0,
    }),
  ),
];

export const trialScenes: Record<string, (state: World) => void> = {
  'trial-mistakes': (state) => void (state.trial.mistakes = mistakes),
  'trial-local': (state) => void (state.trial.local = started),
  'trial-unreached': (state) => void (state.trial.mistakes = unreached),
};

/** Only what the page can tell apart; core judges in earnest. */
function doubts(wish: TrialWish): Problem[] {
  const found: Problem[] = [];
  const add = (field: string, summary: string, remedy: string) =>
    found.push(problem({ code: 'draft_invalid', field, summary, remedy }));
  if (wish.headers && !wish.headers.includes(':'))
    add('headers', 'Line 1 of the headers is no header.', 'Write each header on a line of its own.');
  if (!/^https?:\/\//u.test(wish.address))
    add(
      'address',
      'This is not a complete address.',
      'Give the whole address of the validator, such as https://bridge.example/authorization.',
    );
  wish.fields.forEach(({ name, kind, value }, row) => {
    if (kind === 'integer' && !/^-?\d{1,16}$/u.test(value))
      add(`fields[${row}].value`, 'This is no whole number that JSON can carry.', 'Type digits alone.');
    if (name.trim() === '')
      add(`fields[${row}].name`, 'This field has no name.', 'Type it as Talkdesk sends it, such as username.');
  });
  if (wish.fields.length === 0)
    add('fields', 'There is no field to send.', 'Add the fields that the validator expects.');
  return found;
}

function report(wish: TrialWish, state: World): TrialReport {
  const ids = wish.extent === 'suite' ? [...CALL.slice(0, -1), ...BEYOND, 'echo' as const] : CALL;
  const points = ids.map((id) => state.trial.mistakes.find((one) => one.id === id) ?? point(id));
  const wanting = points.some(({ status }) => status === 'failed' || status === 'not_reached');
  return {
    address: wish.address.split('?')[0] ?? '',
    verdict: wanting ? 'failed' : 'passed',
    suite: wish.extent === 'suite',
    started_at: new Date(fixtures.NOW).toISOString(),
    finished_at: new Date(fixtures.NOW).toISOString(),
    points,
    calls: wish.extent === 'suite' ? 31 : 1,
    secret_fields: wish.fields.filter(({ secret }) => secret).map(({ name }) => name),
    tool_version: '0.1.0',
  };
}

type Validators = Pick<
  Api,
  | 'suggestedIntegration'
  | 'saveSuggestedIntegration'
  | 'tryValidator'
  | 'cancelTrial'
  | 'validatorStatus'
  | 'validatorStart'
  | 'chooseValidator'
  | 'validatorStop'
>;

export function trials(state: World): Validators {
  let ended = false;
  return {
    tryValidator: async (wish, watch) => {
      const found = doubts(wish);
      if (found.length > 0) throw found;
      ended = false;
      const made = report(wish, state);
      for (const one of made.points) {
        if (one.status !== 'not_reached') watch({ event: 'started', id: one.id });
        await new Promise((resolve) => setTimeout(resolve, state.stepMs));
        if (ended) throw [problem({ code: 'cancelled', summary: 'The trial was cancelled.' })];
        watch({ event: 'finished', point: one });
      }
      return made;
    },
    cancelTrial: async () => void (ended = true),
    suggestedIntegration: async () => suggested,
    saveSuggestedIntegration: async () => (state.dialog === 'dismiss' ? null : '/home/ada/validator.toml'),
    validatorStatus: async () => state.trial.local,
    validatorStart: async () => (state.trial.local = state.trial.starts),
    chooseValidator: async () => (state.dialog === 'dismiss' ? null : (state.trial.local = state.trial.starts)),
    validatorStop: async () => (state.trial.local = stopped),
  };
}
