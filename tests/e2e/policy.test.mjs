// What the window refuses, and what it leaves behind. Run by scripts/with-desktop --display.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';

import { seeWindow } from './desktop.mjs';
import { open } from './driver.mjs';
import { application, screens } from './places.mjs';

const children = [];
after(() => children.forEach((child) => child.kill()));

test('the page can do nothing but ask Proofkey', async () => {
  const window = await open(application, screens);
  try {
    await window.see('Connections');
    const outcome = await window.runAsync(BREAK_OUT);
    assert.deepEqual(outcome, {
      prototype: 'frozen',
      eval: 'refused',
      inline: 'refused',
      window: 'refused',
      fetch: 'refused',
      violated: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-elem'],
    });
    for (const address of ['https://example.com/', 'file:///etc/passwd', 'data:text/html,x', 'about:blank']) {
      await window.run('location.href = arguments[0]', address);
      assert.match(await window.run('return location.href'), /^tauri:\/\/localhost/, address);
    }
    await window.see('Connections');
  } finally {
    await window.close();
  }
});

test('what is copied in the window can be pasted', async () => {
  const window = await open(application, screens);
  try {
    await window.click('Practice');
    await window.click('Start practice');
    await window.see('Practice accounts');
    await window.click('Copy ID');
    await window.see('Copied');
    await window.click('Connections');
    await window.click('New connection');
    await window.see('What are you connecting?');
    await window.run('document.querySelector("input[type=search], input:not([type=radio])").focus()');
    await window.paste();
    const pasted = await window.run('return document.activeElement.value');
    assert.match(pasted, /^[0-9a-f]{32}$/);
  } finally {
    await window.close();
  }
});

test('the environment alone does not open the window to other programs', () => {
  const refused = spawnSync(application, [], {
    encoding: 'utf8',
    env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    timeout: 10_000,
  });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /TAURI_WEBVIEW_AUTOMATION/);
});

test('a second start shows the first window, and the page leaves nothing on the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofkey-e2e-'));
  const env = { ...process.env, XDG_DATA_HOME: join(folder, 'data') };
  const first = start(env);
  await seeWindow('^Proofkey$');
  const second = start(env);
  const [status] = await once(second, 'exit', { signal: AbortSignal.timeout(20_000) });
  assert.equal(status, 0);
  assert.equal(first.exitCode, null);
  first.kill();
  await once(first, 'exit', { signal: AbortSignal.timeout(20_000) });
  // Tauri opens a store that an ephemeral web view does not use: random salts, and an empty list.
  const unused = ['hsts-storage.sqlite', 'salt'];
  const kept = filesUnder(join(folder, 'data')).filter((path) => !unused.includes(basename(path)));
  assert.deepEqual(kept, []);
  rmSync(folder, { recursive: true });
});

function start(env) {
  const child = spawn(application, { env, stdio: 'ignore' });
  children.push(child);
  return child;
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

// Everything that a foreign script in the page might try; none of it may get anywhere.
const BREAK_OUT = `
  const done = arguments[arguments.length - 1];
  const violated = new Set();
  document.addEventListener('securitypolicyviolation', (event) => violated.add(event.effectiveDirective));
  const refused = (attempt) => { try { return attempt() ? 'done' : 'refused'; } catch { return 'refused'; } };
  const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
  const outcome = {
    prototype: Object.isFrozen(Object.prototype) ? 'frozen' : 'open',
    eval: refused(() => eval('1')),
    window: refused(() => open('https://example.com/')),
  };
  add('script', { textContent: 'window.ran = true' });
  add('script', { src: 'https://example.com/x.js' });
  add('style', { textContent: 'body { color: red }' });
  add('img', { src: 'https://example.com/x.png' });
  add('iframe', { src: 'https://example.com/' });
  outcome.inline = window.ran ? 'done' : 'refused';
  fetch('https://example.com/').then(() => 'done', () => 'refused').then((fetched) => {
    outcome.fetch = fetched;
    // Violations are told in a task of their own.
    setTimeout(() => done({ ...outcome, violated: [...violated].sort() }), 200);
  });`;
