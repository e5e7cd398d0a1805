// Where we are. Kept in memory: a window has no address bar, and an address could carry a value.

import { createContext } from 'svelte';

export type Route =
  | { name: 'home' }
  | { name: 'connection'; id: string; ask?: boolean }
  | { name: 'sheet'; id: string }
  | { name: 'event' }
  | { name: 'wizard'; start: WizardStart }
  | { name: 'validator' }
  | { name: 'practice' }
  | { name: 'settings' }
  | { name: 'about' };

export type WizardStart =
  | { kind: 'new' }
  | { kind: 'resume' }
  | { kind: 'practice'; account: string | null }
  | { kind: 'like'; id: string }
  | { kind: 'reconfigure'; id: string };

export class Router {
  route = $state.raw<Route>({ name: 'home' });
  /** False until the first move: the first screen does not pull the focus to its title. */
  moved = $state.raw(false);

  go(route: Route): void {
    this.moved = true;
    this.route = route;
  }
}

export const [useRouter, provideRouter] = createContext<Router>();
