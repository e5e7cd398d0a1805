// The form of the laboratory: an address, the fields of `auth`, and what should come of them.

import type {
  ConnectionView,
  FormField,
  LocalIntegration,
  Problem,
  SuggestedIntegration,
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

const KINDS = { label: 'text', string: 'text', secret: 'text', integer: 'integer', boolean: 'boolean' } as const;

export interface Row extends TrialField {
  /** In the words of the integration that asks for it; `null` for one that is named here. */
  asked: FormField | null;
}

const field = (name: string, secret = false): Row => ({ name, kind: 'text', value: '', secret, asked: null });

/** An optional field without a value is left out, as in Talkdesk. */
const isSent = ({ asked, value }: Row): boolean => asked === null || asked.required || value !== '';

export class TrialForm {
  address = $state('');
  headers = $state('');
  fields = $state<Row[]>([field('username'), field('password', true)]);
  /** Whose fields these are, when an integration asks for them. */
  system = $state.raw<string | null>(null);
  extent = $state<TrialExtent>('suite');

  wish(): TrialWish {
    return {
      address: this.address.trim(),
      headers: this.headers.trim() === '' ? null : this.headers,
      fields: this.fields
        .filter(isSent)
        .map(({ name, kind, value, secret }) => ({ name: name.trim(), kind, value, secret })),
      extent: this.extent,
    };
  }

  /** The rows whose fields are sent, in their order. */
  sent(): number[] {
    return this.fields.flatMap((one, row) => (isSent(one) ? [row] : []));
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

  /** The fields that the product of a connection asks for. The page knows no secret of a connection. */
  takeFrom(connection: ConnectionView, { system, fields }: SuggestedIntegration): void {
    this.#ask(system, fields, connection.variables);
  }

  /** The address and the fields of an integration that runs here. */
  takeIntegration({ address, system, fields }: LocalIntegration): void {
    this.address = address;
    this.#ask(system, fields, {});
  }

  /** What is asked by an integration becomes names, kinds and values that can be changed. */
  free(): void {
    this.system = null;
    for (const one of this.fields) one.asked = null;
  }

  /** Somebody else may get the port of a validator that does not run any more. */
  leave(gone: readonly LocalIntegration[]): void {
    if (gone.some(({ address }) => address === this.address.trim())) this.address = '';
  }

  /** Of a person who left. */
  forgetSecrets(): void {
    this.headers = '';
    for (const one of this.fields) if (one.secret) one.value = '';
  }

  #ask(system: string, fields: readonly FormField[], known: Partial<Record<string, string>>): void {
    this.system = system;
    this.fields = fields.map((asked) => ({
      name: asked.name,
      kind: KINDS[asked.kind],
      value: known[asked.name] ?? begun(asked),
      secret: asked.kind === 'secret',
      asked,
    }));
  }
}

/** What is chosen before anybody chose. */
function begun({ kind, choices, required }: FormField): string {
  if (!required) return '';
  return kind === 'boolean' ? 'true' : (choices[0]?.value ?? '');
}

export interface TrialErrors {
  /** In the order of the form. */
  errors: FormError[];
  others: Problem[];
}

/** Where the problems of a wish belong in its form, whose fields came from these rows. */
export function trialErrors(problems: Problem[], sent: readonly number[]): TrialErrors {
  const order = [ADDRESS, HEADERS, ...sent.flatMap((row) => [nameId(row), valueId(row)])];
  const errors: FormError[] = [];
  const others: Problem[] = [];
  for (const problem of problems) {
    const id = place(problem.field, sent);
    if (id === null) others.push(problem);
    else errors.push({ field: id, message: problem.summary, help: problem.remedy });
  }
  return { errors: errors.sort((one, other) => order.indexOf(one.field) - order.indexOf(other.field)), others };
}

function place(path: string | null, sent: readonly number[]): string | null {
  if (path === 'address') return ADDRESS;
  if (path === 'headers') return HEADERS;
  if (path === 'fields') return ADD;
  const [, index, part] = /^fields\[(\d+)\]\.(name|value)$/u.exec(path ?? '') ?? [];
  const row = sent[Number(index)];
  if (row === undefined) return null;
  return part === 'name' ? nameId(row) : valueId(row);
}
