// What jsdom lacks and the page relies on. Small and honest: enough to behave, not to pretend layout.

import { configure } from '@testing-library/dom';
import '@testing-library/jest-dom/vitest';
import '@testing-library/svelte/vitest';

if (!('showModal' in HTMLDialogElement.prototype)) {
  Object.assign(HTMLDialogElement.prototype, {
    showModal(this: HTMLDialogElement) {
      this.setAttribute('open', '');
      this.querySelector<HTMLElement>('button, input')?.focus();
    },
    close(this: HTMLDialogElement) {
      this.removeAttribute('open');
    },
  });
}

window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;

globalThis.CSS ??= { escape: (text: string) => text.replaceAll(/[^\w-]/gu, (mark) => `\\${mark}`) } as typeof CSS;

// The whole page in every failure says less than the one line that matters.
configure({ asyncUtilTimeout: 10_000, getElementError: (message) => new Error((message ?? '').split('\n')[0]) });

// As index.html says it.
document.documentElement.lang = 'en';
