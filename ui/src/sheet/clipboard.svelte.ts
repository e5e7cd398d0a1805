// What is known of the credential on the clipboard: whose it is, and for how long. Never what it is.

import { asRefusal, type Api } from '../ipc/api';
import type { Problem, SecretMember } from '../ipc/bindings';
import { live } from '../state/live.svelte';
import { t } from '../strings';

const TICK_MS = 250;

export class Loan {
  member = $state.raw<SecretMember | null>(null);
  state = $state.raw<'lent' | 'over' | 'replaced'>('lent');
  left = $state.raw(0);
  busy = $state.raw<SecretMember | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #api: Api;
  readonly #id: string;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.#id = id;
  }

  async copy(member: SecretMember): Promise<void> {
    if (this.busy) return;
    this.busy = member;
    this.problem = null;
    try {
      const { cleared_in_seconds: seconds } = await this.#api.copySecret(this.#id, member);
      this.member = member;
      this.state = 'lent';
      live.say(t.sheet.secret.copied(member, seconds));
      this.#count(seconds);
    } catch (reason) {
      this.problem = asRefusal(reason).problem;
    } finally {
      this.busy = null;
    }
  }

  /** Something of this page was copied: the credential is gone, and nothing will be taken off. */
  replaced(): void {
    if (this.member === null || this.state !== 'lent') return;
    clearInterval(this.#timer);
    this.state = 'replaced';
  }

  leave(): void {
    clearInterval(this.#timer);
  }

  #count(seconds: number): void {
    clearInterval(this.#timer);
    // The clock of the day may be set meanwhile; this one only counts.
    const end = performance.now() + seconds * 1000;
    this.left = seconds;
    this.#timer = setInterval(() => {
      this.left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (this.left > 0) return;
      clearInterval(this.#timer);
      // Rust takes it off, and asks again where it cannot at once: only the time is known here.
      this.state = 'over';
      live.say(t.sheet.secret.over);
    }, TICK_MS);
  }
}
