// The form of the laboratory: an address, the fields of `auth`, and what should come of them.

import type {
  ConnectionView,
  LocalIntegration,
  Problem,
  Provider,
  TrialExtent,
  TrialField,
  TrialFieldKind,
  TrialWish,
} from '../ipc/bindings';
import type { FormError } from '../lib/fields';

export const ADDRESS = 'trial-address';
export const HEADERS = 'trial-headers';
export const ADD = 'trial-add';
export const nameId = (row: number): string => `trial-name-${row}`;
export const valueId = (row: number): string => `trial-value-${row}`;

const field = (name: string, secret = false, value = ''): TrialField => ({ name, kind: 'text', value, secret });

export class TrialForm {
  address = $state('');
  headers = $state('');
  fields = $state<TrialField[]>([field('username'), field('password', true)]);
  extent = $state<TrialExtent>('suite');

  wish(): TrialWish {
    return {
      address: this.address.trim(),
      headers: this.headers.trim() === '' ? null : this.headers,
      fields: this.fields.map((one) => ({ ...one, name: one.name.trim() })),
      extent: this.extent,
    };
  }

  /** A value of another kind would not be one. */
  turn(row: number, kind: TrialFieldKind): void {
    const one = this.fields[row];
    if (!one) return;
    if (kind === 'boolean') one.value = 'true';
    else if (one.kind === 'boolean') one.value = '';
    if (kind === 'boolean') one.secret = false;
    one.kind = kind;
  }

  add(): void {
    this.fields.push(field(''));
  }

  remove(row: number): void {
    this.fields.splice(row, 1);
  }

  /** The fields in which a product of this kind is entered. The page knows no secret of a connection. */
  takeFrom(connection: ConnectionView, provider: Provider): void {
    const variables = provider.variables
      .filter(({ name, optional }) => !optional || connection.variables[name])
      .map(({ name }) => field(name, false, connection.variables[name] ?? ''));
    this.fields = [...variables, ...credentials(connection, provider)];
  }

  /** The address and the fields of an integration that runs here. */
  takeIntegration({ address, fields }: LocalIntegration): void {
    const kinds = { label: 'text', string: 'text', secret: 'text', integer: 'integer', boolean: 'boolean' } as const;
    this.address = address;
    this.fields = fields.map(({ name, kind, choices }) => ({
      name,
      kind: kinds[kind],
      value: kind === 'boolean' ? 'true' : (choices[0]?.value ?? ''),
      secret: kind === 'secret',
    }));
  }

  /** Of a person who left. */
  forgetSecrets(): void {
    this.headers = '';
    for (const one of this.fields) if (one.secret) one.value = '';
  }
}

function credentials({ grant }: ConnectionView, { static_credentials: own }: Provider): TrialField[] {
  if (grant === 'client_credentials') return [field('client_id'), field('client_secret', true)];
  if (grant === 'authorization_code') return [field('access_token', true)];
  if (own === null) return [];
  const secret = field(named(own.secret.label), true);
  return own.identifier === null ? [secret] : [field(named(own.identifier.label)), secret];
}

/** "api_token" of "API token". */
function named(label: string): string {
  return label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '_')
    .replaceAll(/^_|_$/gu, '');
}

export interface TrialErrors {
  /** In the order of the form. */
  errors: FormError[];
  others: Problem[];
}

/** Where the problems of a wish belong in its form. */
export function trialErrors(problems: Problem[], rows: number): TrialErrors {
  const order = [ADDRESS, HEADERS, ...Array.from({ length: rows }, (_one, row) => [nameId(row), valueId(row)]).flat()];
  const errors: FormError[] = [];
  const others: Problem[] = [];
  for (const problem of problems) {
    const id = place(problem.field);
    if (id === null) others.push(problem);
    else errors.push({ field: id, message: problem.summary, help: problem.remedy });
  }
  return { errors: errors.sort((one, other) => order.indexOf(one.field) - order.indexOf(other.field)), others };
}

function place(path: string | null): string | null {
  if (path === 'address') return ADDRESS;
  if (path === 'headers') return HEADERS;
  if (path === 'fields') return ADD;
  const [, row, part] = /^fields\[(\d+)\]\.(name|value)$/u.exec(path ?? '') ?? [];
  if (row === undefined) return null;
  return part === 'name' ? nameId(Number(row)) : valueId(Number(row));
}
