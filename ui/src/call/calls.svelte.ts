// The calls that were tried in this window. They live as long as the page: an answer may hold a person's data,
// so nothing of it is saved.

import { createContext } from 'svelte';
import { asProblems, type Api } from '../ipc/api';
import type { ApiAnswer, ApiHeader, ApiMethod, Problem } from '../ipc/bindings';

const KEPT = 5;

/** One answer, told apart from another to the same call. */
export interface Tried {
  number: number;
  answer: ApiAnswer;
}

/** RFC 9110 §9.3.1: a body in GET or HEAD means nothing. */
export const takesBody = (method: ApiMethod): boolean => method !== 'GET' && method !== 'HEAD';

/** The calls of one connection. What was typed stays while other screens are looked at. */
export class Caller {
  method = $state<ApiMethod>('GET');
  path = $state('');
  headers = $state<ApiHeader[]>([]);
  body = $state('');
  busy = $state.raw(false);
  /** Why nothing was sent, or why no answer came. */
  problems = $state.raw<Problem[]>([]);
  /** The latest first. */
  answers = $state.raw<Tried[]>([]);
  shown = $state.raw<Tried | null>(null);
  readonly #api: Api;
  readonly #id: string;
  #number = 0;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.#id = id;
  }

  /** Whether an answer came; `problems` says why not. */
  async send(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problems = [];
    try {
      this.#keep(await this.#api.tryCall(this.#id, this.#asked()));
      return true;
    } catch (reason) {
      this.problems = asProblems(reason);
      this.shown = null;
      return false;
    } finally {
      this.busy = false;
    }
  }

  #asked() {
    const { method, body } = this;
    const written = this.headers.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '');
    return {
      method,
      path: this.path.trim(),
      headers: written.map(({ name, value }) => ({ name: name.trim(), value })),
      body: takesBody(method) && body !== '' ? body : null,
    };
  }

  #keep(answer: ApiAnswer): void {
    this.#number += 1;
    this.shown = { number: this.#number, answer };
    this.answers = [this.shown, ...this.answers].slice(0, KEPT);
  }
}

/** Those of every connection, so that leaving its page loses no answer. */
export class Calls {
  readonly #api: Api;
  readonly #of = new Map<string, Caller>();

  constructor(api: Api) {
    this.#api = api;
  }

  of(id: string): Caller {
    const known = this.#of.get(id);
    if (known) return known;
    const made = new Caller(this.#api, id);
    this.#of.set(id, made);
    return made;
  }

  /** Another connection may have this id after it. */
  forget(id: string): void {
    this.#of.delete(id);
  }
}

export const [useCalls, provideCalls] = createContext<Calls>();
