// The validator of this window, as it is watched.

import { asProblems, type Api } from '../ipc/api';
import type { LocalValidatorView, Problem, SuggestedIntegration } from '../ipc/bindings';

/** How often its calls are looked at, while somebody looks. */
const LOOK_MS = 2000;

export class LocalValidator {
  view = $state.raw<LocalValidatorView>({ integrations: [], calls: [] });
  problems = $state.raw<Problem[]>([]);
  busy = $state.raw(false);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  get running(): boolean {
    return this.view.integrations.length > 0;
  }

  /** Until what it returns is called. */
  watch(): () => void {
    void this.look();
    const timer = setInterval(() => void this.look(), LOOK_MS);
    return () => clearInterval(timer);
  }

  async look(): Promise<void> {
    if (this.busy) return;
    try {
      this.view = await this.#api.validatorStatus();
    } catch (reason) {
      this.problems = asProblems(reason);
    }
  }

  start = (id: string): Promise<boolean> => this.#turn(() => this.#api.validatorStart(id));
  open = (): Promise<boolean> => this.#turn(() => this.#api.chooseValidator());
  stop = (): Promise<boolean> => this.#turn(() => this.#api.validatorStop());

  /** For the product of this connection; `null` with the problems that keep it from being an integration. */
  async suggestion(id: string): Promise<SuggestedIntegration | null> {
    this.problems = [];
    try {
      return await this.#api.suggestedIntegration(id);
    } catch (reason) {
      this.problems = asProblems(reason);
      return null;
    }
  }

  /** Whether something came of it; a dialog may be dismissed. */
  async #turn(ask: () => Promise<LocalValidatorView | null>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problems = [];
    try {
      const view = await ask();
      if (view === null) return false;
      this.view = view;
      return true;
    } catch (reason) {
      this.problems = asProblems(reason);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
