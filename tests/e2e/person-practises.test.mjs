// The practice server that is known by its issuer alone, in the real window: nothing but its address is
// entered to find it.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { open } from './driver.mjs';
import { Browser, comeBack, decide } from './person.mjs';
import { application, screens } from './places.mjs';

const ISSUER = 'https://id.practice.example';
const browser = new Browser(mkdtempSync(join(tmpdir(), 'proofkey-e2e-')));
let window;

before(async () => {
  window = await open(application, screens);
});

after(() => window?.close());

test('the issuer of practice becomes a connection that a person approved and that is proven', async () => {
  await window.see('Connections');
  await window.click('Practice');
  await window.click('Start practice');
  await window.see(ISSUER);
  const card = await copied();
  await window.click('Connections');
  await window.click('New connection');
  await window.click('Something else');
  await window.fill('Issuer address', ISSUER);
  await window.click('Continue');
  await window.see('How does it sign in?');
  await window.click('A person approves');
  await window.click('Continue');
  await window.see('Address to register');
  await window.look('practised-issuer-client');
  await window.click('Continue');
  await window.see('Enter the values');
  await window.fill('Client ID', card.client_id);
  await window.fill('Client secret', card.client_secret);
  await window.fill('Name', 'Rehearsal');
  await window.click('Save');
  await window.see('Authorization required');
  await window.click('Authorize');
  const address = await browser.next();
  assert.equal(new URL(address).hostname, '127.0.0.1', 'the browser stays on this machine');
  assert.match(await comeBack(await decide(address)), /Connected/);
  await window.see('ada@practice.example');
  await window.see('Proven: id.practice.example');
  await window.look('practised-issuer-receipt');
});

/** What the buttons beside the issuer copy; that it reaches the clipboard is shown elsewhere. */
async function copied() {
  await window.run('navigator.clipboard.writeText = async (text) => void (window.copied = text)');
  await window.click(`Copy ID, ${ISSUER}`);
  const client_id = await window.run('return window.copied');
  await window.click(`Copy secret, ${ISSUER}`);
  return { client_id, client_secret: await window.run('return window.copied') };
}
