// How long a service token still lives, and when that matters.

import type { ConnectionView, Grant, Provider, ServiceTokens } from '../ipc/bindings';

const DAY_MS = 86_400_000;

/** Within these days the list of connections tells of the end. */
const NEAR_DAYS = 14;

/** What the provider says of service tokens, where this grant can ask for one. */
export function serviceTokens(provider: Provider | null, grant: Grant): ServiceTokens | null {
  return grant === 'client_credentials' ? (provider?.service_tokens ?? null) : null;
}

export interface TokenEnd {
  iso: string;
  ended: boolean;
  /** The last tenth of its life, or the end of it. */
  near: boolean;
  /** Soon enough for the list of connections. */
  listed: boolean;
}

/** Of the token that is kept; nothing while there is none. */
export function serviceTokenEnd(connection: ConnectionView, now: number): TokenEnd | null {
  const { service_token: asked, service_token_ends_at: iso } = connection;
  if (asked === null || iso === null) return null;
  const left = Date.parse(iso) - now;
  return {
    iso,
    ended: left <= 0,
    near: left <= asked.lifetime_seconds * 100,
    listed: left <= NEAR_DAYS * DAY_MS,
  };
}
