// Trials of validators: the one that runs, and the last reports. They live as long as the page and are not saved.

import { createContext } from 'svelte';
import { asProblems, type Api } from '../ipc/api';
import type { PointId, Problem, TrialEvent, TrialPoint, TrialReport } from '../ipc/bindings';
import { TrialForm } from './form.svelte';

const KEPT = 5;

const CALL: readonly PointId[] = ['reachable', 'tls', 'status', 'content_type', 'fields', 'size', 'latency', 'echo'];
const SUITE: readonly PointId[] = [
  ...CALL.slice(0, -1),
  'unknown_field',
  'sent_back',
  'altered',
  'missing',
  'empty',
  'malformed',
  'media_type',
  'method',
  'caller',
  'echo',
];

/** One report, told apart from another of the same validator. */
export interface Tried {
  number: number;
  report: TrialReport;
}

export type TrialState = 'idle' | 'running' | 'stopping' | 'finished' | 'cancelled' | 'broken';

export class Trials {
  readonly form = new TrialForm();
  state = $state.raw<TrialState>('idle');
  current = $state.raw<PointId | null>(null);
  points = $state.raw<Partial<Record<PointId, TrialPoint>>>({});
  /** What is tried, or was. */
  stages = $state.raw<readonly PointId[]>(SUITE);
  /** All that keeps it from being tried. */
  problems = $state.raw<Problem[]>([]);
  /** The rows of the form whose fields were sent. */
  sent = $state.raw<readonly number[]>([]);
  shown = $state.raw<Tried | null>(null);
  /** The latest first. */
  last = $state.raw<Tried[]>([]);
  readonly #api: Api;
  #number = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  get busy(): boolean {
    return this.state === 'running' || this.state === 'stopping';
  }

  async start(): Promise<void> {
    if (this.busy) return;
    const wish = this.form.wish();
    this.sent = this.form.sent();
    this.state = 'running';
    this.current = null;
    this.points = {};
    this.stages = wish.extent === 'suite' ? SUITE : CALL;
    this.shown = null;
    this.problems = [];
    try {
      this.#keep(await this.#api.tryValidator(wish, (event) => this.#watch(event)));
    } catch (reason) {
      this.current = null;
      const problems = asProblems(reason);
      this.state = problems[0]?.code === 'cancelled' ? 'cancelled' : 'broken';
      if (this.state === 'broken') this.problems = problems;
    }
  }

  async stop(): Promise<void> {
    if (this.state !== 'running') return;
    this.state = 'stopping';
    try {
      await this.#api.cancelTrial();
    } catch (reason) {
      this.problems = asProblems(reason);
    }
  }

  look(tried: Tried): void {
    this.shown = tried;
    this.problems = [];
    this.state = 'finished';
    this.stages = tried.report.suite ? SUITE : CALL;
    this.points = Object.fromEntries(tried.report.points.map((point) => [point.id, point]));
  }

  #watch(event: TrialEvent): void {
    if (!this.busy) return;
    if (event.event === 'started') {
      this.current = event.id;
      return;
    }
    this.points = { ...this.points, [event.point.id]: event.point };
    if (this.current === event.point.id) this.current = null;
  }

  #keep(report: TrialReport): void {
    this.#number += 1;
    const tried = { number: this.#number, report };
    this.last = [tried, ...this.last].slice(0, KEPT);
    this.current = null;
    this.look(tried);
  }
}

export const [useTrials, provideTrials] = createContext<Trials>();
