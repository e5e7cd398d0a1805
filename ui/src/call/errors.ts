// Where the problems of a call belong in its form.

import type { ApiHeader, Problem } from '../ipc/bindings';
import type { FormError } from '../lib/fields';

export const PATH = 'call-path';
export const BODY = 'call-body';
/** The name of the header in this row. */
export const headerId = (row: number): string => `call-header-${row}`;

export interface CallErrors {
  /** In the order of the form. */
  errors: FormError[];
  /** Of no field that is in sight. */
  others: Problem[];
}

/** Core names the field of a header after the header. */
export function callErrors(problems: Problem[], headers: ApiHeader[]): CallErrors {
  const ids = [PATH, ...headers.map((_one, row) => headerId(row)), BODY];
  const errors: FormError[] = [];
  const others: Problem[] = [];
  for (const problem of problems) {
    const id = place(problem, headers, (id) => errors.some((one) => one.field === id));
    if (id === null) others.push(problem);
    else errors.push({ field: id, message: problem.summary, help: problem.remedy });
  }
  return { errors: errors.sort((one, other) => ids.indexOf(one.field) - ids.indexOf(other.field)), others };
}

function place({ field }: Problem, headers: ApiHeader[], isTaken: (id: string) => boolean): string | null {
  if (field === 'path') return PATH;
  if (field === 'body') return BODY;
  // Two rows may have one name, and then have one problem each.
  const row = headers.findIndex(({ name }, row) => field === `headers.${name.trim()}` && !isTaken(headerId(row)));
  return row < 0 ? null : headerId(row);
}
