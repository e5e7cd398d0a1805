// Searching and grouping of a long list of scopes.

import type { ScopeEntry } from '../ipc/bindings';

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
