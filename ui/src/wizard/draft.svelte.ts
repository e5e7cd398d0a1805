// Keeps the unfinished connection while it is worked on, so that leaving loses nothing but secrets.

import type { Api } from '../ipc/api';
import type { WizardModel } from '../state/wizard.svelte';

const QUIET_MS = 400;

/** Call while a component is set up. `flush` keeps at once what was not yet kept. */
export function keepDraft(api: Api, wizard: WizardModel): { flush: () => Promise<void> } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: string | null = null;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    if (waiting === null) return;
    const text = waiting;
    waiting = null;
    // A draft that cannot be kept is a convenience lost; what is on the screen is not touched by it.
    await api.keepWizardDraft(text).catch(() => undefined);
  }

  $effect(() => {
    const text = JSON.stringify(wizard.kept());
    clearTimeout(timer);
    // From the first save on the connection itself is what is kept.
    waiting = wizard.connection === null && wizard.furthest > 0 ? text : null;
    if (waiting !== null) timer = setTimeout(() => void flush(), QUIET_MS);
  });

  return { flush };
}
