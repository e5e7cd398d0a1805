// The Talkdesk sheet of the fake transport. The sheets themselves come from core, see scripts/generate.

import type { Api } from './api';
import type { ConnectionView, Problem, SheetAdditions, TalkdeskSheet } from './bindings';
import { problem, type World } from './fake';
import * as fixtures from './fixtures';
import generated from './sheets.json';

const made = generated as unknown as Record<string, TalkdeskSheet>;

export const unsuitable: Problem = problem({
  code: 'export_not_representable',
  summary: 'An app with PKCE has no client secret, which Talkdesk asks for. Choose Slack as a bot instead.',
  remedy: 'The connection itself is not touched by this; a config file can be exported from it.',
  field: 'custom_connection',
});

const stale: Problem = problem({
  code: 'export_not_validated',
  summary: 'The connection, or its provider file, was changed after it was last proven.',
  remedy: 'Validate the connection, then export it.',
});

/** As core refuses, as far as the page can tell. */
function refuse(additions: SheetAdditions): void {
  const url = additions.redirect_url;
  if (url === null || url.startsWith('https://')) return;
  throw problem({
    code: 'draft_invalid',
    summary: 'A redirect URL of Talkdesk begins with https://.',
    remedy: 'It looks like https://, a host of Talkdesk, and a path.',
    field: 'redirect_url',
  });
}

function withAdditions(sheet: TalkdeskSheet, additions: SheetAdditions): TalkdeskSheet {
  const lines = sheet.lines.map((line) =>
    line.id === 'description' && additions.description
      ? { ...line, value: { kind: 'text', text: additions.description } as const }
      : line,
  );
  const { register } = sheet;
  if (!register || !additions.redirect_url) return { ...sheet, lines };
  return { ...sheet, lines, register: { ...register, value: { kind: 'text', text: additions.redirect_url } } };
}

type Sheets = Pick<Api, 'talkdeskSheet' | 'saveSheet' | 'printSheet' | 'copySecret'>;

export function sheets(state: World): Sheets {
  const sheet = (id: string, additions: SheetAdditions): TalkdeskSheet => {
    const one = state.connections.find((connection) => connection.id === id);
    const found = made[id];
    if (one?.standing !== 'proven') throw stale;
    if (!found) throw unsuitable;
    refuse(additions);
    return withAdditions(found, additions);
  };
  return {
    talkdeskSheet: async (id, additions) => sheet(id, additions),
    saveSheet: async (id, additions) => {
      sheet(id, additions);
      if (state.dialog === 'dismiss') return null;
      const path = `/home/ada/Documents/${id}.talkdesk-sheet.html`;
      return { path, mode: '0600', bytes: 7120, format: 'html' };
    },
    printSheet: async () => undefined,
    copySecret: async () => ({ cleared_in_seconds: 30 }),
  };
}

/** Proven connections that have a sheet, by the ids of the generated ones. */
export function sheetConnections(): ConnectionView[] {
  return Object.entries(made).map(([id, sheet]) =>
    fixtures.connection({ id, name: sheet.connection, provider_name: sheet.provider, standing: 'proven' }),
  );
}

export const sheetScenes: Record<string, (state: World) => void> = {
  sheets: (state) => {
    state.connections = [
      ...sheetConnections(),
      fixtures.connection({ id: 'slack', name: 'Slack', provider_name: 'Slack', standing: 'proven' }),
      fixtures.connection({ id: 'changed', name: 'Changed', standing: 'stale' }),
    ];
  },
};
