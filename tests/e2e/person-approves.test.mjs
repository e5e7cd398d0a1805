// A person approves: both endings of the prompt, every way back, and the life after it, in the real
// window against the practice Talkdesk. Node runs the files by name: after the journeys, which begin with
// an empty house.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { itemCount, keychain } from './desktop.mjs';
import { open, until } from './driver.mjs';
import { Browser, comeBack, decide } from './person.mjs';
import { application, screens } from './places.mjs';

const folder = mkdtempSync(join(tmpdir(), 'proofkey-e2e-'));
const browser = new Browser(folder);
const TOKEN_LIFE_MS = 60_000;
let window;

before(async () => {
  window = await open(application, screens);
});

after(() => window?.close());

beforeEach(async () => {
  await window.reload();
  // Not where one that was left running is watched.
  await window.click('Connections');
});

/** From the connections to the prompt, with the practice account's own values. */
async function save(account, name, pictures = false) {
  const look = (picture) => (pictures ? window.look(picture) : undefined);
  await window.click('New connection');
  await window.click('A pretend Talkdesk');
  await window.click('Continue');
  await window.see('Where is your account?');
  await window.click(`Use ${account}`);
  await window.see(`https://${account}.talkdeskid`);
  await window.click('Continue');
  await window.see('A person approves');
  await look('approval-1-signin');
  await window.click('Continue');
  await window.see('Address to register');
  await window.see('http://127.0.0.1:');
  await look('approval-2-client');
  const registered = await window.run(`return document.querySelector('code.value').textContent`);
  await window.click('Continue');
  await window.see('Enter the values');
  await window.click(`Fill in those of ${account}`);
  await window.fill('Name', name);
  await look('approval-3-values');
  await window.click('Save');
  await window.see('Authorization required');
  await look('approval-4-prompt');
  return registered;
}

test('the prompt has two ways on; approving proves the connection and keeps nothing in the page', async () => {
  const before = itemCount();
  const registered = await save('oceanic', 'Agent desktop', true);
  await window.click('Go to settings');
  await window.see('Nobody has approved this connection yet');
  await window.look('approval-5-required');
  await window.click('Authorize');
  const address = await browser.next();
  assert.equal(new URL(address).searchParams.get('redirect_uri'), registered, 'what was shown is what is sent');
  await window.see('was opened');
  await window.look('approval-6-waiting');

  // A page that is loaded anew joins what runs: same link, same listener (rule B16).
  await window.reload();
  await window.see('Waiting for approval');
  await until('the same link', () =>
    window.run(`return document.getElementById('field-link')?.value === arguments[0]`, address),
  );
  await window.click('Open again');
  assert.equal(await browser.next(), address);
  const back = await decide(address);
  const landed = await comeBack(back);
  assert.match(landed, /Connected/);
  await window.see('Approved by');
  await window.see('Renews by itself');
  await window.see('Proven: oceanic');
  await window.look('approval-7-receipt');
  assert.equal(itemCount(), before + 1);
  const secrets = [...keychain().matchAll(/"(?:client_secret|refresh_token|id_token|access_token)":"([^"]+)"/gu)];
  assert.ok(secrets.length >= 2, 'the keychain holds the client secret and the tokens');
  const source = await window.source();
  for (const [, secret] of secrets) assert.ok(!source.includes(secret), 'the page holds no secret');
  assert.ok(!source.includes(new URL(back).searchParams.get('code')), 'the page holds no code');
});

test('a refusal is quoted; Reconfigure loses nothing, and authorizing again works', async () => {
  await save('oceanic', 'Refused once');
  await window.click('Authorize');
  const landed = await comeBack(await decide(await browser.next(), 'deny'));
  assert.match(landed, /not|refused/i);
  await window.see('Authorization failed');
  await window.see('access_denied');
  await window.look('approval-8-refused');
  await window.click('Reconfigure');
  await window.see('Reconfigure Refused once');
  assert.equal(await window.run(`return document.querySelector('main input[type=text], main input:not([type])').value`), 'oceanic');
  await window.click('Continue');
  await window.see('How does it sign in?');
  await window.click('Continue');
  await window.see('What may it do?');
  await window.click('Continue');
  await window.see('Leave a field empty');
  await window.click('Save');
  await window.see('Authorization required');
  await window.click('Authorize');
  await comeBack(await decide(await browser.next()));
  await window.see('Proven: oceanic');
});

test('the address they landed on can be pasted, and a wrong one ends nothing', async () => {
  await save('oceanic', 'Pasted');
  await window.click('Authorize');
  const back = await decide(await browser.next());
  await window.see('was opened');
  await window.click('Paste the address you landed on');
  await window.fill('Address', back.replace(/state=[^&]*/u, 'state=guessed'));
  await window.click('Continue');
  await until('the field to say what is wrong', () =>
    window.run(`return document.getElementById('field-pasted').getAttribute('aria-invalid') === 'true'`),
  );
  await window.look('approval-6-wrong-paste');
  await window.fill('Address', back);
  await window.click('Continue');
  await window.see('Proven: oceanic');
});

test('cancelling closes the way back and changes nothing', async () => {
  await save('oceanic', 'Cancelled');
  await window.click('Authorize');
  const back = await decide(await browser.next());
  await window.click('Cancel');
  await window.see('Stopped. Nothing was changed.');
  await assert.rejects(comeBack(back), 'nobody listens any more');
  await window.see('Authorization required');
});

test('a missing refresh token is named at once, with what to do', async () => {
  await save('virtucon', 'Not renewed');
  await window.click('Authorize');
  await comeBack(await decide(await browser.next()));
  await window.see('no refresh token came');
  await window.look('approval-7-not-renewed');
});

test('a server that names itself differently is not believed', async () => {
  await save('gringotts', 'Mixed up');
  await window.click('Authorize');
  await comeBack(await decide(await browser.next()));
  await window.see('Authorization failed');
  await window.look('approval-8-mixed-up');
});

test('an expiry is lived through', async () => {
  await save('sirius', 'Short life');
  await window.click('Authorize');
  await comeBack(await decide(await browser.next()));
  await window.see('Proven: sirius');
  const expired = Date.now() + TOKEN_LIFE_MS;
  await until('the access token to expire', () => Date.now() > expired, 2 * TOKEN_LIFE_MS);
  await window.click('Validate again');
  await window.see('Proven: sirius');
  await window.see('renews the approval');
  await window.look('approval-7-renewed');
});

test('removing an approved connection says what became of the approval', async () => {
  const before = itemCount();
  await window.open('Agent desktop');
  await window.see('Approved by');
  await window.click('Remove connection');
  await window.see('Remove Agent desktop?');
  await window.click('Remove connection');
  await window.see('Agent desktop was removed');
  await window.look('approval-9-removed');
  await until('the item to be gone', () => itemCount() === before - 1);
});
