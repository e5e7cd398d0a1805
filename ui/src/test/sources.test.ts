// Rules about the sources that no compiler checks.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(svelte|ts|css)$/u.test(path) && !path.startsWith('test/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const offenders = (pattern: RegExp, except: string[] = []) =>
  sources.filter(({ path, text }) => !except.includes(path) && pattern.test(text)).map(({ path }) => path);

describe('the sources', () => {
  it('are really read', () => expect(sources.length).toBeGreaterThan(50));

  it('put text into the page as text only', () => {
    expect(offenders(/\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/u)).toEqual(
      [],
    );
  });

  it('have no style that the content security policy would block', () => {
    expect(offenders(/\sstyle="|setAttribute\('style'/u)).toEqual([]);
  });

  it('know Tauri in one module', () => expect(offenders(/@tauri-apps/u, ['ipc/tauri.ts'])).toEqual([]));

  it('name palette colours in one file', () => {
    expect(offenders(/--palette-|#[0-9a-f]{6}\b/iu, ['styles/tokens.css'])).toEqual([]);
  });

  it('keep nothing in the browser’s storage', () =>
    expect(offenders(/localStorage|sessionStorage|indexedDB|document\.cookie/u)).toEqual([]));

  it('use runes and nothing of before', () =>
    expect(offenders(/export let |^\s*\$: |createEventDispatcher|svelte\/store/mu)).toEqual([]));

  it('have components of at most 200 lines', () => {
    const long = sources.filter(({ path, text }) => path.endsWith('.svelte') && text.split('\n').length > 201);
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length}`)).toEqual([]);
  });
});
