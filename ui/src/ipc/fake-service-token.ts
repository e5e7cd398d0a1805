// Worlds with a service token in every part of its life.

import type { ConnectionView } from './bindings';
import type { World } from './fake';
import * as fixtures from './fixtures';

const DAY = 86_400;

/** Asked for 30 days; `daysLeft` of it are left, or none is kept. */
export function longLived(daysLeft: number | null, over: Partial<ConnectionView> = {}): ConnectionView {
  const ends = daysLeft === null ? null : new Date(fixtures.NOW + daysLeft * DAY * 1000).toISOString();
  return fixtures.connection({
    service_token: { lifetime_seconds: 30 * DAY },
    service_token_ends_at: ends,
    ...over,
  });
}

const only = (connection: ConnectionView) => (state: World) => {
  state.connections = [connection, ...state.connections.slice(1)];
};

export const serviceTokenScenes: Record<string, (state: World) => void> = {
  'service-token': only(longLived(29.99)),
  'service-token-none': only(longLived(null, { standing: 'unproven', proven_at: null })),
  'service-token-near': only(longLived(2.4)),
  'service-token-ended': only(longLived(-2.1)),
};
