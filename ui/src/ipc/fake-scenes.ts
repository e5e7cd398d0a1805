// Worlds for pictures: connections in every state of their approval.

import type { AuthorizationView, ConnectionView, Problem } from './bindings';
import { problem, type World } from './fake';
import { rotationScenes } from './fake-rotation';
import { serviceTokenScenes } from './fake-service-token';
import { key } from './fake-keys';
import { sheetScenes } from './fake-sheet';
import { trialScenes } from './fake-validator';
import * as fixtures from './fixtures';

const at = (minutesAgo: number) => new Date(fixtures.NOW - minutesAgo * 60_000).toISOString();

export const denied: Problem = problem({
  code: 'authorization_denied',
  summary: 'Talkdesk says that the approval was refused.',
  remedy: 'Authorize again and approve, or ask somebody who may. If the scopes are too many, reconfigure them first.',
  quoted: { status: null, error: 'access_denied', description: 'The resource owner denied the request' },
});

export const wrongPerson: Problem = problem({
  code: 'wrong_account',
  summary: 'Grace Hopper (grace@acme.example) approved, but this connection belongs to Ada Lovelace.',
  remedy: 'Sign out at Talkdesk and authorize again as Ada Lovelace, or use Grace Hopper from now on.',
});

export const locked: Problem = problem({
  code: 'vault_denied',
  summary: 'The approval came, but the keychain is locked and the tokens could not be kept.',
  remedy: 'Unlock the keychain and try again. Nobody has to sign in once more.',
});

export const wrongPaste: Problem = problem({
  code: 'authorization_invalid',
  summary: 'This address belongs to another attempt or another connection.',
  remedy: 'Copy the address from the page you landed on after the latest approval.',
});

/** One connection in this state. */
export function approving(name: string, over: Partial<AuthorizationView>): ConnectionView {
  return { ...fixtures.approved(over), id: name.toLowerCase().replaceAll(' ', '-'), name };
}

const { consent } = fixtures;
const proven = { standing: 'proven', proven_at: at(2) } as const;

const everyState: ConnectionView[] = [
  { ...approving('Agent desktop', { standing: 'authorized', consent }), ...proven },
  {
    ...approving('Field service', {
      standing: 'authorized',
      consent: {
        ...consent,
        granted_scopes: ['account:read', 'openid', 'profile'],
        refresh: {
          outcome: 'not_issued',
          remedy:
            'Tick refresh_token for the client in Talkdesk, add the scope refresh_token here, and authorize again.',
        },
        notes: ['The answer carried no iss, which Talkdesk does not promise.'],
      },
    }),
    ...proven,
  },
  approving('Denied', { failure: { at: at(1), step: 'waiting', problem: denied } }),
  {
    ...approving('Wrong person', {
      standing: 'authorized',
      consent,
      failure: { at: at(1), step: 'verifying', problem: wrongPerson },
    }),
    ...proven,
  },
  approving('Locked', { unsaved: true, failure: { at: at(1), step: 'keeping', problem: locked } }),
  approving('Dead token', { standing: 'sign_in_again', consent: { ...consent, at: at(60 * 24 * 40) } }),
  approving('Never approved', {}),
];

const one = [approving('Agent desktop', {})];

/** At a server where the public half of a key is registered. */
const registered = fixtures.connection({
  id: 'data-export',
  name: 'Data export',
  provider: 'auth0',
  provider_name: 'Auth0',
  client_authentication: 'private_key_jwt',
  signing: { algorithm: 'PS256', key_id: 'export-2025', thumbprint: key().thumbprint },
  variables: {
    domain: 'acme.eu.auth0.com',
    audience: 'https://data.acme.example/',
    api: 'https://data.acme.example/v1',
  },
  account: null,
  region_label: null,
  scopes: ['read:reports'],
  endpoints: {
    token: 'https://acme.eu.auth0.com/oauth/token',
    api_base: 'https://data.acme.example/v1',
    authorization: null,
  },
});

export const scenes: Record<string, (state: World) => void> = {
  ...rotationScenes,
  ...serviceTokenScenes,
  ...sheetScenes,
  ...trialScenes,
  signing: (state) => {
    state.connections = state.connections.map((one) =>
      one.id === 'support-dashboards'
        ? {
            ...one,
            client_authentication: 'private_key_jwt',
            signing: { algorithm: 'ES256', key_id: 'td-8f41c2', thumbprint: key().thumbprint },
          }
        : one,
    );
    state.connections = [...state.connections, registered];
    state.keys = [
      key({ id: 'spare', name: 'Spare for the new app', algorithm: 'PS256' }),
      key({
        id: 'data-export-key',
        name: 'Data export key',
        for_connection: 'data-export',
        created_at: at(60 * 24 * 40),
      }),
    ];
  },
  approvals: (state) => {
    state.connections = structuredClone(everyState);
    state.reports = {
      'agent-desktop': fixtures.report('agent-desktop'),
      'field-service': fixtures.report('field-service'),
    };
    state.removal = [
      'The refresh token was withdrawn at Talkdesk.',
      'The access token stays valid until it ends, for about ten minutes.',
    ];
  },
  waiting: (state) => {
    state.connections = structuredClone(one);
    state.approval.hold = true;
    state.approval.wrongPaste = wrongPaste;
  },
  'must-paste': (state) => {
    state.connections = structuredClone(one);
    const browser_problem = problem({
      code: 'user_agent_unavailable',
      summary: 'No browser could be started here.',
      remedy: 'Copy the link and open it in any browser.',
    });
    state.approval = {
      ...state.approval,
      hold: true,
      notices: [
        'Twenty requests with a wrong state came to the redirect address. Something on this computer may be guessing.',
      ],
      waiting: { ...state.approval.waiting, browser: null, browser_problem, must_paste: true },
    };
  },
  'slow-keeping': (state) => {
    state.connections = structuredClone(one);
    state.stepMs = 700;
  },
};
