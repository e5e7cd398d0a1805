// Replacing credentials on the fake transport, and worlds with a replacement in every state.

import type { Api } from './api';
import type { ConnectionView, GenerationView, ProofEvent, Report, RotationStep } from './bindings';
import { problem, type World } from './fake';
import * as fixtures from './fixtures';

type Rotating = Pick<
  Api,
  | 'beginRotation'
  | 'proveIncoming'
  | 'switchCredentials'
  | 'undoRotation'
  | 'retireCredentials'
  | 'forgetCredentials'
  | 'acknowledgeRotation'
>;

const at = (minutesAhead: number) => new Date(fixtures.NOW + minutesAhead * 60_000).toISOString();
const DAY = 24 * 60;

export function generation(over: Partial<GenerationView>): GenerationView {
  return {
    generation: 1,
    place: 'current',
    reason: null,
    signing: null,
    since: null,
    ends_at: null,
    standing: 'proven',
    proven_at: at(-12),
    was_current: false,
    ...over,
  };
}

/** What core offers for these generations. */
function steps(generations: GenerationView[], acknowledges: boolean): RotationStep[] {
  const waiting = generations.find((one) => one.place === 'incoming');
  const last = waiting?.was_current ? 'forget' : 'undo';
  if (waiting) return waiting.standing === 'proven' ? ['switch', 'prove', last] : ['prove', last];
  const old = generations.find((one) => one.place === 'outgoing');
  const ended = old?.reason === 'compromise' || (old?.ends_at && Date.parse(old.ends_at) <= fixtures.NOW);
  return [
    'retire',
    ...(ended ? [] : (['undo'] as const)),
    'forget',
    ...(acknowledges ? (['acknowledge'] as const) : []),
  ];
}

export function rotating(connection: ConnectionView, generations: GenerationView[], told = false): ConnectionView {
  const current = generations.find((one) => one.place === 'current');
  if (generations.length < 2) return { ...connection, generation: current?.generation ?? 1, rotation: null };
  const sentence = `${connection.provider_name} ends the old credentials as soon as it is told that the new ones are in use.`;
  return {
    ...connection,
    generation: current?.generation ?? 1,
    standing: current?.standing ?? 'unproven',
    rotation: { generations, steps: steps(generations, told), acknowledgement: told ? sentence : null },
  };
}

const waits = generation({
  generation: 2,
  place: 'incoming',
  reason: 'routine',
  since: at(-1),
  standing: 'unproven',
  proven_at: null,
});
const goes = (over: Partial<GenerationView> = {}) =>
  generation({ place: 'outgoing', reason: 'routine', since: at(-DAY), ends_at: at(6 * DAY + 30), ...over });

const one = (state: World, make: (connection: ConnectionView) => ConnectionView) => {
  const [first, ...rest] = state.connections;
  if (first) state.connections = [make(first), ...rest];
};

export const rotationScenes: Record<string, (state: World) => void> = {
  'rotation-waits': (state) => one(state, (it) => rotating(it, [generation({}), waits])),
  'rotation-proven': (state) =>
    one(state, (it) => rotating(it, [generation({}), { ...waits, standing: 'proven', proven_at: at(0) }])),
  'rotation-grace': (state) => one(state, (it) => rotating(it, [generation({ generation: 2 }), goes()], true)),
  'rotation-compromise': (state) =>
    one(state, (it) =>
      rotating(it, [generation({ generation: 2 }), goes({ reason: 'compromise', ends_at: at(-DAY) })]),
    ),
};

export function rotations(
  state: World,
  prove: (report: Report, watch: (event: ProofEvent) => void) => Promise<void>,
): Rotating {
  const find = (id: string): ConnectionView => {
    const found = state.connections.find((one) => one.id === id);
    if (!found) throw problem({ code: 'not_found', summary: `There is no connection ${id}.` });
    return found;
  };
  const keep = (next: ConnectionView): ConnectionView => {
    state.connections = state.connections.map((one) => (one.id === next.id ? next : one));
    return next;
  };
  const generations = (connection: ConnectionView) =>
    connection.rotation?.generations ?? [
      generation({
        generation: connection.generation,
        standing: connection.standing,
        proven_at: connection.proven_at,
      }),
    ];
  const newest = (all: GenerationView[]) => Math.max(...all.map((one) => one.generation));
  return {
    beginRotation: async (id, entered, reason) => {
      const connection = find(id);
      state.keys = state.keys.filter((one) => one.id !== entered.signing?.kept_key);
      const all = generations(connection);
      if (entered.client_secret?.endsWith(' '))
        throw {
          problem: problem({ code: 'draft_invalid', summary: 'One value needs another look.' }),
          findings: [
            {
              field: 'client_secret',
              severity: 'blocking',
              summary: 'There is a blank at the end.',
              remedy: 'Remove it.',
              tidy: true,
            },
          ],
        };
      if (entered.client_secret?.includes('wrong')) state.failures[`${id} new`] = fixtures.refusedToken;
      const next = { ...waits, generation: newest(all) + 1, reason };
      return keep(rotating(connection, [...all, next]));
    },
    proveIncoming: async (id, watch) => {
      const connection = find(id);
      const report = fixtures.report(id, state.failures[`${id} new`] ?? null, at(0));
      await prove(report, watch);
      const standing = report.verdict === 'passed' ? 'proven' : 'failed';
      const all = generations(connection).map((one) =>
        one.place === 'incoming' ? ({ ...one, standing, proven_at: report.finished_at } as const) : one,
      );
      keep(rotating(connection, all));
      return report;
    },
    switchCredentials: async (id) => {
      const connection = find(id);
      const all = generations(connection);
      const reason = all.find((one) => one.place === 'incoming')?.reason ?? 'routine';
      const moved = all.map((one): GenerationView =>
        one.place === 'incoming'
          ? { ...one, place: 'current', reason: null, since: null, was_current: false }
          : { ...goes({ reason }), generation: one.generation },
      );
      return keep(rotating(connection, moved.toReversed()));
    },
    undoRotation: async (id) => {
      const connection = find(id);
      const all = generations(connection);
      if (all.some((one) => one.place === 'incoming'))
        return {
          connection: keep(
            rotating(
              connection,
              all.filter((one) => one.place !== 'incoming'),
            ),
          ),
          notes: [],
        };
      const moved = all.map((one): GenerationView =>
        one.place === 'outgoing'
          ? { ...one, place: 'current', reason: null, since: null, ends_at: null }
          : { ...one, place: 'incoming', reason: 'routine', since: at(0), was_current: true },
      );
      return { connection: keep(rotating(connection, moved.toReversed())), notes: [] };
    },
    retireCredentials: async (id) => {
      const connection = find(id);
      const all = generations(connection);
      const old = all.find((one) => one.place === 'outgoing');
      if (old?.ends_at && Date.parse(old.ends_at) > fixtures.NOW)
        return {
          forgotten: false,
          summary: `${connection.provider_name} still takes the old credentials, so they were kept.`,
          remedy: `Retire them when their time is over, or after you have ended them at ${connection.provider_name}.`,
          notes: [],
          connection,
        };
      return {
        forgotten: true,
        summary: `${connection.provider_name} refuses the old credentials (invalid_client) and takes the current ones. The old ones were forgotten.`,
        remedy: null,
        notes: [],
        connection: keep(
          rotating(
            connection,
            all.filter((one) => one.place === 'current'),
          ),
        ),
      };
    },
    forgetCredentials: async (id, number) => {
      const connection = find(id);
      const left = generations(connection).filter((one) => one.generation !== number);
      return {
        forgotten: true,
        summary: `The credentials of generation ${number} were forgotten. ${connection.provider_name} was not asked and may still take them, so end them there if that was not done.`,
        remedy: null,
        notes: [],
        connection: keep(rotating(connection, left)),
      };
    },
    acknowledgeRotation: async (id) => {
      const connection = find(id);
      const ended = generations(connection).map((one) => (one.place === 'outgoing' ? { ...one, ends_at: at(0) } : one));
      return keep(rotating(connection, ended));
    },
  };
}
