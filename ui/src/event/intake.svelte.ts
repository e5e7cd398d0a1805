// An event on its way in: which file, which headers, and what was found out about it. The bytes stay in
// Rust.

import { asRefusal, type Api } from '../ipc/api';
import type { EventDrop, EventImported, EventPreview, Problem } from '../ipc/bindings';
import { t } from '../strings';

export class Intake {
  file = $state.raw<string | null>(null);
  /** A file is held over the window. */
  over = $state(false);
  headers = $state('');
  practice = $state(false);
  /** The event that is shown may be imported without a signature. It is said of one event, and of no other. */
  anyway = $state(false);
  /** Whose event the person expects, in their words. */
  account = $state('');
  preview = $state.raw<EventPreview | null>(null);
  problem = $state.raw<Problem | null>(null);
  reading = $state(false);
  importing = $state(false);
  readonly #api: Api;
  #asked = 0;

  constructor(api: Api) {
    this.#api = api;
    void api.watchEventDrops((drop) => this.#dropped(drop)).catch((reason) => this.#fail(reason));
  }

  async choose(): Promise<void> {
    try {
      const file = await this.#api.chooseEvent();
      if (file !== null) await this.#taken(file);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  /** Asks again what the event says, with the headers as they are now. The latest answer counts. */
  async look(): Promise<void> {
    if (this.file === null) return;
    const asked = ++this.#asked;
    this.reading = true;
    this.anyway = false;
    try {
      const preview = await this.#api.previewEvent(this.headers, this.practice);
      if (asked !== this.#asked) return;
      this.preview = preview;
      this.problem = null;
    } catch (reason) {
      if (asked === this.#asked) this.#fail(reason);
    } finally {
      if (asked === this.#asked) this.reading = false;
    }
  }

  /** `null` when it was refused; `problem` then says why. */
  async take(name: string): Promise<EventImported | null> {
    const looked = this.preview;
    if (looked === null) return null;
    this.importing = true;
    this.problem = null;
    try {
      return await this.#api.importEvent(this.headers, this.practice, {
        name: name.trim() || null,
        account: this.asksAccount ? this.account.trim() : null,
        unsigned: looked.verdict.verdict === 'unsigned' && this.anyway,
        lookedAt: looked.digest,
      });
    } catch (reason) {
      const { problem, findings } = asRefusal(reason);
      const first = findings.find((one) => one.severity === 'blocking');
      this.problem = first ? { ...problem, summary: first.summary, remedy: first.remedy } : problem;
      return null;
    } finally {
      this.importing = false;
    }
  }

  /** New credentials can only reach the connection of their own installation. */
  get asksAccount(): boolean {
    return this.preview?.kind === 'installed' && this.preview.account !== null;
  }

  /** What keeps the person from saying that this is the event they expect. */
  get doubt(): string | null {
    const found = this.preview?.account;
    if (!this.asksAccount || !found) return null;
    const typed = this.account.trim();
    if (typed === '') return t.event.needAccount;
    return typed.toLowerCase() === found.toLowerCase() ? null : t.event.otherAccount(found, typed);
  }

  leave(): void {
    void this.#api.forgetEvent().catch(() => undefined);
  }

  async #taken(file: string): Promise<void> {
    this.file = file;
    this.account = '';
    this.preview = null;
    this.problem = null;
    await this.look();
  }

  #dropped(drop: EventDrop): void {
    this.over = drop.drop === 'over';
    if (drop.drop === 'taken') void this.#taken(drop.file);
    else if (drop.drop === 'refused') this.#fail({ problem: drop.problem });
  }

  #fail(reason: unknown): void {
    this.problem = asRefusal(reason).problem;
    this.preview = null;
  }
}
