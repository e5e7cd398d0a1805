// What became of the old credentials, and what may be forgotten of them unproven.
import type { GenerationView, Retirement, RotationView } from '../ipc/bindings';
import { live } from '../state/live.svelte';

export interface Told {
  forgotten: boolean;
  text: string;
}

export function toldOf({ forgotten, summary, remedy, notes }: Retirement): Told {
  return { forgotten, text: [summary, remedy, ...notes].filter(Boolean).join(' ') };
}

/** What stands on the page is read aloud, and not shown a second time over the buttons. */
export function announce(said: string, told: Told | null): void {
  if (told?.text.startsWith(said)) live.say(said);
  else live.show(said);
}

/** What can be forgotten unproven: what was in use before the way back, or old ones that a check left open. */
export function unprovenOf(rotation: RotationView | null | undefined, told: Told | null): GenerationView | undefined {
  if (!rotation?.steps.includes('forget')) return undefined;
  const waiting = rotation.generations.find((one) => one.place === 'incoming');
  if (waiting?.was_current) return waiting;
  return told?.forgotten === false ? rotation.generations.filter((one) => one.place === 'outgoing').at(-1) : undefined;
}
