// One connection's sheet and what the person adds to it.

import { asRefusal, type Api } from '../ipc/api';
import type { Problem, SheetAdditions, TalkdeskSheet } from '../ipc/bindings';

/** Typed once, there again when the person comes back. Kept while the page lives, and nowhere else. */
const kept = new Map<string, { redirectUrl: string; description: string }>();

/** A pause in typing. */
const PAUSE_MS = 250;

export class Sheet {
  value = $state.raw<TalkdeskSheet | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What is wrong with an addition; the sheet before it stays. */
  fault = $state.raw<Problem | null>(null);
  redirectUrl = $state('');
  description = $state('');
  readonly #api: Api;
  readonly #id: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.#id = id;
    const before = kept.get(id);
    if (before) {
      this.redirectUrl = before.redirectUrl;
      this.description = before.description;
    }
    void this.again();
  }

  get additions(): SheetAdditions {
    return { redirect_url: this.redirectUrl.trim() || null, description: this.description.trim() || null };
  }

  typed(): void {
    kept.set(this.#id, { redirectUrl: this.redirectUrl, description: this.description });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.again(), PAUSE_MS);
  }

  leave(): void {
    clearTimeout(this.#timer);
  }

  async again(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const value = await this.#api.talkdeskSheet(this.#id, this.additions);
      // A slower answer to what was typed earlier is not shown over a later one.
      if (asked !== this.#asked) return;
      this.value = value;
      this.problem = null;
      this.fault = null;
    } catch (reason) {
      if (asked === this.#asked) await this.#refused(asRefusal(reason).problem);
    }
  }

  async #refused(problem: Problem): Promise<void> {
    const isAddition = problem.field === 'redirect_url' || problem.field === 'description';
    if (!isAddition) {
      this.problem = problem;
      return;
    }
    this.fault = problem;
    // What was typed before this page was shown may be what is wrong: the sheet is there without it.
    if (this.value) return;
    try {
      this.value = await this.#api.talkdeskSheet(this.#id, { redirect_url: null, description: null });
    } catch (reason) {
      this.problem = asRefusal(reason).problem;
    }
  }
}
