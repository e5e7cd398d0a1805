// The one polite live region, and the short notes that appear at the foot of the window.

import { untrack } from 'svelte';

const NOTE_MS = 5000;

class Live {
  /** Read aloud when it changes. */
  text = $state.raw('');
  note = $state.raw('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    // The same words twice are spoken twice only if the region changes. An effect that speaks must not
    // run again because of what it said.
    this.text = untrack(() => this.text) === text ? `${text}\u00a0` : text;
  }

  /** Says it and shows it for a moment. */
  show(text: string): void {
    this.say(text);
    this.note = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.note = ''), NOTE_MS);
  }
}

export const live = new Live();
