// Something asked of Rust once, and again on demand.

import { asRefusal } from '../ipc/api';
import type { Problem } from '../ipc/bindings';

export class Load<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    void this.again();
  }

  /** What was there stays until the answer comes. */
  async again(): Promise<void> {
    try {
      this.value = await this.#ask();
      this.problem = null;
    } catch (reason) {
      this.problem = asRefusal(reason).problem;
    }
  }
}
