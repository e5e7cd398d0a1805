// Harmless calls that the provider's file knows: the ones that its proof makes.

import type { ConnectionView, Probe, Provider } from '../ipc/bindings';
import { expanded } from '../lib/provider';

const MOST = 4;

export interface Suggestion {
  path: string;
  headers: Probe['headers'];
  proves: string;
}

/** Those that this connection may make, each path once. */
export function suggestions(provider: Provider, connection: ConnectionView): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const probe of provider.probes.filter((one) => mayMake(one, connection))) {
    const path = expanded(probe.path, provider, connection.variables);
    if (path !== null && !found.has(path)) found.set(path, { path, headers: probe.headers, proves: probe.proves });
  }
  return [...found.values()].slice(0, MOST);
}

/** A connection that names no scopes has all that its client may have. */
function mayMake({ scope, grant }: Probe, connection: ConnectionView): boolean {
  const granted = scope === null || connection.scopes.length === 0 || connection.scopes.includes(scope);
  return granted && (grant === null || grant === connection.grant);
}
