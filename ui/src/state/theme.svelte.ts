import type { Theme } from '../ipc/bindings';

const DARK = '(prefers-color-scheme: dark)';

let chosen: Theme = 'system';

/** Puts the scheme on the root element and keeps following the system while "system" is chosen. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  paint();
}

export function followSystemTheme(): () => void {
  const system = window.matchMedia(DARK);
  system.addEventListener('change', paint);
  paint();
  return () => system.removeEventListener('change', paint);
}

function paint(): void {
  const dark = chosen === 'dark' || (chosen === 'system' && window.matchMedia(DARK).matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
