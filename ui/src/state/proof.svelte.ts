// One run of the checks, as it is watched.

import { asRefusal, type Api } from '../ipc/api';
import type { Check, CheckId, Problem, ProofEvent, RemedyAction, Report } from '../ipc/bindings';

export const STAGES: readonly CheckId[] = [
  'configuration',
  'dns',
  'tcp',
  'tls',
  'token',
  'scope',
  'api',
  'account',
  'vault',
];

export type ProofState = 'idle' | 'running' | 'stopping' | 'finished' | 'cancelled' | 'broken';

export class ProofRun {
  state = $state.raw<ProofState>('idle');
  current = $state.raw<CheckId | null>(null);
  checks = $state.raw<Partial<Record<CheckId, Check>>>({});
  report = $state.raw<Report | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #api: Api;

  constructor(api: Api, report: Report | null = null) {
    this.#api = api;
    if (report) this.#finish(report);
  }

  get busy(): boolean {
    return this.state === 'running' || this.state === 'stopping';
  }

  /** A practice connection has nobody to talk to until practice runs. */
  async start(id: string, practice = false): Promise<void> {
    if (this.busy) return;
    this.state = 'running';
    this.current = null;
    this.checks = {};
    this.report = null;
    this.problem = null;
    try {
      if (practice) await this.#api.practiceStart();
      this.#finish(await this.#api.validate(id, (event) => this.#watch(event)));
    } catch (reason) {
      this.current = null;
      const { problem } = asRefusal(reason);
      this.state = problem.code === 'cancelled' ? 'cancelled' : 'broken';
      if (this.state === 'broken') this.problem = problem;
    }
  }

  async cancel(id: string): Promise<void> {
    if (this.state !== 'running') return;
    this.state = 'stopping';
    try {
      await this.#api.cancelValidation(id);
    } catch (reason) {
      this.problem = asRefusal(reason).problem;
    }
  }

  /** Lets Proofkey put a cause right; true when it did, and the proof is worth another try. */
  async mend(id: string, action: RemedyAction): Promise<boolean> {
    try {
      await this.#api.applyRemedy(id, action);
      return true;
    } catch (reason) {
      this.problem = asRefusal(reason).problem;
      return false;
    }
  }

  #watch(event: ProofEvent): void {
    if (!this.busy) return;
    if (event.event === 'started') {
      this.current = event.id;
    } else {
      this.checks = { ...this.checks, [event.check.id]: event.check };
      if (this.current === event.check.id) this.current = null;
    }
  }

  #finish(report: Report): void {
    this.report = report;
    this.checks = Object.fromEntries(report.checks.map((check) => [check.id, check]));
    this.current = null;
    this.state = 'finished';
  }
}
