// The Talkdesk sheet in the real window: its values, its credentials on the real clipboard, its file. Run
// by scripts/with-desktop --display.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { answerSaveDialog } from './desktop.mjs';
import { open, until } from './driver.mjs';
import { application, provider, screens } from './places.mjs';

const folder = mkdtempSync(join(tmpdir(), 'proofkey-e2e-'));
let window;
let account;

before(async () => {
  addHelpdesk();
  window = await open(application, screens);
  const practice = await ask('practice_start');
  account = practice.accounts.find((one) => one.account === 'acme');
  const added = await ask('add_connection', {
    draft: {
      name: 'Help desk',
      provider: 'helpdesk',
      grant: 'client_credentials',
      client_authentication: 'client_secret_basic',
      practice: true,
      scopes: ['account:read'],
      variables: { account: 'acme', region: 'us' },
      client_id: account.client_id,
      client_secret: account.client_secret,
    },
  });
  assert.equal(added.name, 'Help desk');
  await window.reload();
  await window.see('Connections');
});

after(() => window?.close());

/** The practice server under another name: Talkdesk itself has no custom connection to itself. */
function addHelpdesk() {
  const own = join(process.env.HOME, '.config/proofkey/providers');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const text = readFileSync(provider('talkdesk'), 'utf8')
    .replace('id = "talkdesk"', 'id = "helpdesk"')
    .replace('name = "Talkdesk"', 'name = "Helpdesk"')
    .replace(/^unsuitable = .*$/mu, '');
  writeFileSync(join(own, 'helpdesk.toml'), text);
}

/** Calls a command of the window as its page does. */
async function ask(command, args = {}) {
  const answer = await window.runAsync(
    `const done = arguments[arguments.length - 1];
      globalThis.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then((value) => done({ value }), (error) => done({ error }));`,
    command,
    args,
  );
  assert.equal(answer.error, undefined, `${command}: ${JSON.stringify(answer.error)}`);
  return answer.value;
}

/** What the clipboard holds, found out as a person does: by pasting. */
async function pasted() {
  await empty();
  await window.run('document.getElementById("sheet-description").focus()');
  await window.paste();
  await window.runAsync(
    'const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));',
  );
  const text = await window.run('return document.getElementById("sheet-description").value');
  await empty();
  return text;
}

function empty() {
  return window.run(`
    const field = document.getElementById('sheet-description');
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));`);
}

test('there is no sheet before there is a proof', async () => {
  await window.open('Help desk');
  await window.see('Prove now');
  const refused = await window.runAsync(
    `const done = arguments[arguments.length - 1];
      globalThis.__TAURI_INTERNALS__.invoke('copy_secret', { id: 'help-desk', member: 'client_secret' }).then(() => done('copied'), (error) => done(error.code));`,
  );
  assert.equal(refused, 'export_not_validated');
});

test('a proven connection has a sheet that names every value', async () => {
  await window.click('Prove now');
  await window.see('Validate again');
  await window.click('Talkdesk sheet');
  await window.see('What to type into a custom connection of Talkdesk');
  for (const words of ['In Talkdesk: “Base path”', 'https://api.talkdeskapp.com', 'OAuth2 Client Credentials with scopes']) {
    await window.see(words);
  }
  await window.look('sheet');
});

test('every stop of the keyboard shows where it is', async () => {
  for (let stop = 0; stop < 24; stop += 1) {
    const { body, words, ring } = await window.tab();
    assert.ok(body || ring, `no ring at “${words}”`);
  }
});

test('text of twice the size fits', async () => {
  await window.enlarge(200);
  assert.deepEqual(await window.sticksOut(), []);
  await window.look('sheet-text-200');
  await window.enlarge(100);
});

test('a credential goes to the clipboard past the page, and off it again', async () => {
  await window.click('Change the description');
  await window.click('Copy for 30 s: client secret');
  await window.see('On the clipboard for');
  assert.ok(!(await window.source()).includes(account.client_secret), 'the page does not hold it');
  const read = await window.runAsync(
    `const done = arguments[arguments.length - 1];
      navigator.clipboard.readText().then(() => done('read'), () => done('refused'));`,
  );
  assert.equal(read, 'refused', 'a script cannot read the clipboard');
  assert.equal(await pasted(), account.client_secret);
  const over = 'Time is up: it should be off the clipboard';
  await until('the time of the credential to be up', async () => (await window.words()).includes(over), 45_000);
  await until('the clipboard to be empty', async () => (await pasted()) === '');
});

test('what was copied meanwhile stays', async () => {
  await window.click('Copy for 30 s: client ID');
  await window.see('On the clipboard for');
  assert.equal(await pasted(), account.client_id);
  await window.click('Copy: Token address');
  await window.see('Something else was copied');
  assert.equal(await pasted(), 'https://acme.talkdeskid.com/oauth/token');
});

test('the sheet is saved as a page that holds no secret', async () => {
  const path = join(folder, 'help-desk.html');
  await window.click('Save as a file');
  await answerSaveDialog('Save the Talkdesk sheet', path);
  await window.see('It holds no secret');
  const html = readFileSync(path, 'utf8');
  assert.match(html, /^<!doctype html>/u);
  assert.ok(!html.includes(account.client_secret) && !html.includes(account.client_id));
  assert.equal(statSync(path).mode & 0o777, 0o600);
});
