// Events of an app on the bench: one good file, and what may be wrong with it.

import type { Api } from './api';
import type { EventDrop, EventPreview, EventSigner } from './bindings';
import { problem, type World } from './fake';
import * as fixtures from './fixtures';

export interface EventScript {
  /** `null` when the dialog is dismissed. */
  file: string | null;
  preview: EventPreview;
  /** Set while a screen listens: tests and pictures drop files by it. */
  drop: ((drop: EventDrop) => void) | null;
}

export const signer: EventSigner = {
  key_id: 'k-2026-11',
  curve: 'P-256',
  form: 'der',
  host: 'api.talkdeskapp.com',
  key_ends_at: null,
  practice: false,
};

export const eventScript = (): EventScript => ({
  file: 'app-installed.json',
  preview: {
    kind: 'installed',
    says: 'the app was installed',
    event_id: '8d5f1ea6-0001',
    created_at: new Date(fixtures.NOW - 9 * 60_000).toISOString(),
    app_id: '5b1d3f0a9c7e',
    app_version: '1.4.0',
    installation_id: '7c2e9a44-inst',
    account: 'acme',
    region_label: 'United States (US)',
    api_base: 'https://api.talkdeskapp.com/',
    token_url: 'https://acme.talkdeskid.com/oauth/token',
    has_client_secret: true,
    has_private_key: true,
    key_id: 'kid-9',
    algorithm: 'ES256',
    verdict: { verdict: 'unsigned' },
    hindrance: null,
    connection: null,
    practice: false,
    digest: '9f86d081884c7d65',
  },
  drop: null,
});

const wrong = problem({
  code: 'authorization_invalid',
  summary:
    'The signature fits the same content written in another way: a formatter changed its blanks and line breaks.',
  remedy: 'Save the body as it was received, without an editor or a formatter in between. Nothing was stored.',
  field: 'event',
});

const elsewhere = problem({ code: 'draft_invalid', summary: 'This event is of another account.', field: 'event' });

type Events = Pick<
  Api,
  'watchEventDrops' | 'chooseEvent' | 'previewEvent' | 'importEvent' | 'forgetEvent' | 'answerInstallation'
>;

export function events(state: World): Events {
  return {
    watchEventDrops: async (watch) => void (state.event.drop = watch),
    chooseEvent: async () => state.event.file,
    previewEvent: async (headers, practice) => ({
      ...state.event.preview,
      practice,
      verdict:
        headers.trim() === ''
          ? { verdict: 'unsigned' }
          : headers.includes('wrong')
            ? { verdict: 'refused', problem: wrong }
            : { verdict: 'signed', signer },
    }),
    importEvent: async (headers, practice, { name, account, unsigned, lookedAt }) => {
      const { preview } = state.event;
      if (account !== null && account.toLowerCase() !== preview.account) throw { problem: elsewhere, findings: [] };
      if (lookedAt !== preview.digest || (headers.trim() === '' && !unsigned)) {
        throw { problem: wrong, findings: [] };
      }
      const connection = installed(name ?? `Talkdesk ${preview.account}`, practice);
      state.connections = [...state.connections, connection];
      return { kind: preview.kind, connection, signer: unsigned ? null : signer };
    },
    forgetEvent: async () => void (state.event.drop = null),
    answerInstallation: async (id, answer) => {
      const found = state.connections.find((one) => one.id === id);
      if (!found?.installation) throw problem({ code: 'draft_invalid' });
      const at = new Date(fixtures.NOW).toISOString();
      const next = { ...found, installation: { ...found.installation, answer: { state: answer, at } } };
      state.connections = state.connections.map((one) => (one.id === id ? next : one));
      return next;
    },
  };
}

/** A connection that an event made. */
export function installed(name: string, practice = false) {
  return fixtures.connection({
    id: name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-'),
    name,
    account: 'acme',
    client_authentication: 'private_key_jwt',
    scopes: [],
    practice,
    standing: 'unproven',
    proven_at: null,
    installation: {
      app_id: '5b1d3f0a9c7e',
      installation_id: '7c2e9a44-inst',
      account_id: '5f0c11',
      events: ['8d5f1ea6-0001'],
      answer: null,
    },
  });
}
