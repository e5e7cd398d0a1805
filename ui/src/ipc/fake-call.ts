// The API of the fake transport: what it answers depends on the path, and it judges a call as core does, as far as
// the page can tell.

import type { Api } from './api';
import type { ApiAnswer, ApiBody, ApiCall, Problem } from './bindings';
import { problem, type World } from './fake';
import * as fixtures from './fixtures';

type Script = Pick<ApiAnswer, 'status' | 'phrase' | 'body'> & Partial<ApiAnswer>;

const json = (value: unknown): ApiBody => ({
  kind: 'text',
  text: JSON.stringify(value, null, 2),
  is_json: true,
  is_whole: true,
});

const users = Array.from({ length: 400 }, (_one, index) => ({
  id: `5f1e${String(index).padStart(4, '0')}`,
  name: `Agent ${index + 1}`,
  email: `agent-${index + 1}@acme.example`,
  _links: { self: { href: `https://api.talkdeskapp.com/users/5f1e${String(index).padStart(4, '0')}` } },
}));

const scripts: Record<string, Script> = {
  '/account': {
    status: 200,
    phrase: 'OK',
    body: json({
      name: 'acme',
      display_name: 'Acme Insurance',
      region: 'us',
      created_at: '2019-03-11T09:41:07Z',
      _links: { self: { href: 'https://api.talkdeskapp.com/account' } },
    }),
    bytes: 164,
  },
  '/users/me': {
    status: 401,
    phrase: 'Unauthorized',
    body: json({ code: '1000002', message: 'The access token is not valid.' }),
    renewed: true,
    bytes: 62,
    elapsed_ms: 412,
  },
  '/users?per_page=1': {
    status: 403,
    phrase: 'Forbidden',
    body: json({ code: '1000003', message: 'Insufficient scopes: users:read is needed.' }),
    bytes: 74,
  },
  '/recordings/42/media': {
    status: 302,
    phrase: 'Found',
    body: { kind: 'empty' },
    bytes: 0,
    redirects_to: 'recordings.storage.example.net',
  },
  '/brand/logo': {
    status: 200,
    phrase: 'OK',
    body: { kind: 'binary', media_type: 'image/png' },
    bytes: 48_213,
  },
  '/users': {
    status: 200,
    phrase: 'OK',
    body: { ...json({ _embedded: { users } }), is_whole: false } as ApiBody,
    bytes: 1_284_906,
    elapsed_ms: 1834,
  },
  '/status': {
    status: 503,
    phrase: 'Service Unavailable',
    body: { kind: 'text', text: '<h1>Back in a minute</h1>', is_json: false, is_whole: true },
    bytes: 25,
  },
};

const unknown: Script = {
  status: 404,
  phrase: 'Not Found',
  body: json({ code: '0', message: 'No such resource.' }),
  bytes: 48,
};

export const unreachable: Problem = problem({
  code: 'server_unreachable',
  summary: 'api.talkdeskapp.com cannot be reached: no answer within 30 seconds.',
  remedy: 'Check the network of this computer, and try again.',
});

function wrongWith(call: ApiCall): Problem[] {
  const invalid = (field: string, summary: string, remedy: string) =>
    problem({ code: 'draft_invalid', summary, remedy, field });
  const ours = call.headers.filter(({ name }) => ['authorization', 'host', 'cookie'].includes(name.toLowerCase()));
  const headers = ours.map(({ name }) =>
    invalid(`headers.${name}`, `The header ${name} is set by the connection itself.`, 'Leave it out.'),
  );
  if (headers.length > 0 || (call.path.startsWith('/') && !call.path.startsWith('//'))) return headers;
  const said =
    call.path === ''
      ? 'The call has no path.'
      : `“${call.path}” is not a path of this connection's API, so nothing was sent.`;
  const remedy =
    'Give a path that begins with a slash, such as /account. It is asked below https://api.talkdeskapp.com/.';
  return [invalid('path', said, remedy)];
}

export function calls(state: World): Pick<Api, 'tryCall'> {
  return {
    tryCall: async (id, call) => {
      const base = state.connections.find((one) => one.id === id)?.endpoints?.api_base;
      if (base === undefined) throw [problem({ code: 'not_found', summary: `There is no connection ${id}.` })];
      const wrong = wrongWith(call);
      if (wrong.length > 0) throw wrong;
      await new Promise((resolve) => setTimeout(resolve, state.stepMs));
      const headers = [
        { name: 'content-type', value: 'application/json; charset=utf-8' },
        { name: 'date', value: 'Sun, 22 Nov 2026 09:41:07 GMT' },
        { name: 'x-request-id', value: '8c1f4e2a-9b7d-4c60-a35e-1f7b2d9c8e04' },
        { name: 'set-cookie', value: '[withheld]' },
      ];
      return {
        method: call.method,
        address: `${base.replace(/\/$/u, '')}${call.path}`,
        headers,
        bytes: 0,
        elapsed_ms: 96,
        renewed: false,
        redirects_to: null,
        asked_at: new Date(fixtures.NOW).toISOString(),
        ...(scripts[call.path] ?? unknown),
      };
    },
  };
}
