// Searching and grouping of a long list of scopes.

import type { Consent, ScopeEntry } from '../ipc/bindings';

export interface ScopeGroup {
  name: string;
  entries: ScopeEntry[];
}

/** In the order in which the groups first appear. */
export function grouped(entries: readonly ScopeEntry[]): ScopeGroup[] {
  const groups = new Map<string, ScopeEntry[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups].map(([name, of]) => ({ name, entries: of }));
}

/** Entries that hold every word of the query, in any order; "users read" finds "users:read". */
export function matching(entries: readonly ScopeEntry[], query: string): ScopeEntry[] {
  const words = query
    .toLowerCase()
    .split(/[\s:]+/u)
    .filter(Boolean);
  return entries.filter((entry) => {
    const text = `${entry.name} ${entry.group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What became of a scope; `silent` ones did what they are for without being named in the answer. */
export type ScopeFate = 'granted' | 'missing' | 'silent' | 'extra';

/** In the order in which they were asked for, then those that came besides. */
export function compareScopes(consent: Consent, refreshScope: string | null): { scope: string; fate: ScopeFate }[] {
  const { requested_scopes: requested, refresh } = consent;
  // RFC 6749 §5.1: an answer without scopes means all that were asked for.
  const granted = consent.granted_scopes ?? requested;
  // Some servers act on this one and leave it out of their list.
  const silent = (scope: string) =>
    scope === refreshScope && (refresh.outcome === 'proven' || refresh.outcome === 'failed');
  const fate = (scope: string): ScopeFate =>
    granted.includes(scope) ? 'granted' : silent(scope) ? 'silent' : 'missing';
  return [
    ...requested.map((scope) => ({ scope, fate: fate(scope) })),
    ...granted.filter((scope) => !requested.includes(scope)).map((scope) => ({ scope, fate: 'extra' as const })),
  ];
}
