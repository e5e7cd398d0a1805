// The key of a client that signs, as the wizard knows it. A typed key lives here until it is saved; one
// from a file stays with Rust, and the page knows its name alone.

import type { ConnectionView, KeyView, SigningAlgorithm, SigningDraft } from '../ipc/bindings';
import type { ChosenKey } from '../ipc/api';

export type KeyWay = 'have' | 'make' | 'kept';

/** No pair is made for a system that hands its keys out itself. */
export function keyWays(issued: boolean, waiting: readonly KeyView[]): KeyWay[] {
  if (issued) return ['have'];
  return waiting.length > 0 ? ['have', 'make', 'kept'] : ['have', 'make'];
}

/** `name`, or with a number behind it where another key bears it. */
export function freeKeyName(name: string, others: readonly KeyView[]): string {
  let [free, number] = [name, 2];
  while (others.some((one) => one.name === free)) free = `${name} ${number++}`;
  return free;
}

export class SigningModel {
  way = $state<KeyWay>('have');
  privateKey = $state('');
  file = $state.raw<ChosenKey | null>(null);
  passphrase = $state('');
  /** The key asks for its passphrase. */
  locked = $state(false);
  keyId = $state('');
  algorithm = $state<SigningAlgorithm | null>(null);
  /** Keys that wait for a connection. */
  waiting = $state.raw<KeyView[]>([]);
  /** The one made in this visit. */
  private fresh = $state.raw<KeyView | null>(null);
  private picked = $state<string | null>(null);

  get kept(): KeyView | null {
    if (this.way === 'make') return this.fresh;
    return this.way === 'kept' ? (this.waiting.find((one) => one.id === this.picked) ?? null) : null;
  }

  get keptId(): string | null {
    return this.picked;
  }

  /** Whether a key is named or typed, which the page then forgets on a save. */
  get typed(): boolean {
    return this.way === 'have' ? this.privateKey !== '' || this.file !== null : this.kept !== null;
  }

  made(key: KeyView): void {
    this.fresh = key;
    this.waiting = [key, ...this.waiting];
    this.keyId = key.key_id ?? '';
  }

  pick(id: string): void {
    this.picked = id;
    this.keyId = this.kept?.key_id ?? '';
  }

  take(file: ChosenKey): void {
    this.file = file;
    this.privateKey = '';
    this.passphrase = '';
    this.locked = false;
  }

  drop(): void {
    this.file = null;
    this.passphrase = '';
    this.locked = false;
  }

  draft(stored: ConnectionView | null): SigningDraft {
    const had = stored?.signing?.key_id ?? null;
    return {
      private_key: this.way === 'have' && this.privateKey !== '' ? this.privateKey : null,
      kept_key: this.kept?.id ?? null,
      passphrase: this.way === 'have' && this.passphrase !== '' ? this.passphrase : null,
      // An emptied one is taken away, one that never was is left out.
      key_id: this.keyId.trim() === '' && had === null ? null : this.keyId.trim(),
      algorithm: this.kept ? null : this.algorithm,
      public_key: null,
    };
  }

  /** Nothing of a key stays in the page once it is in the vault. */
  forget(): void {
    this.privateKey = '';
    this.passphrase = '';
    this.file = null;
    this.locked = false;
    this.way = 'have';
    this.fresh = null;
    this.picked = null;
  }

  fillFrom(connection: ConnectionView): void {
    this.keyId = connection.signing?.key_id ?? '';
    this.algorithm = connection.signing?.algorithm ?? null;
  }
}
