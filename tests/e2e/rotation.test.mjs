// Credentials replaced in the real window, with the practice Talkdesk as the other side. Run by
// scripts/with-desktop --display.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { itemCount, keychain } from './desktop.mjs';
import { open, until } from './driver.mjs';
import { application, commandLine, screens } from './places.mjs';

const folder = mkdtempSync(join(tmpdir(), 'proofkey-e2e-'));
let window;

before(async () => {
  window = await open(application, screens);
  await window.see('Connections');
});

after(() => window?.close());

const proofkey = (...args) => execFileSync(commandLine, args, { encoding: 'utf8' });

/** Has the practice Talkdesk replace the credentials of acme, and takes them out of its event. */
function replaced(...options) {
  const written = proofkey(
    ...['sandbox', 'emit-event', 'app.credentials_rotated', '--account', 'acme', '--out', folder, '--json'],
    ...options,
  );
  const [{ file }] = JSON.parse(written);
  return JSON.parse(readFileSync(file, 'utf8')).data;
}

/** Asks the server for a token, as whoever uses the connection does. */
const aToken = () => assert.match(proofkey('token', 'turning', '--min-ttl', '86400'), /^\S+\s*$/);

test('new credentials are proven beside the old ones and take their place, and a token can be had all the time', async () => {
  await window.click('New connection');
  await window.click('A pretend Talkdesk');
  await window.click('Continue');
  await window.click('Use acme');
  await window.see('https://acme.talkdeskid');
  await window.click('Continue');
  await window.see('How does it sign in?');
  await window.click('Continue');
  await window.see('Create the client in Talkdesk');
  await window.click('Continue');
  await window.click('Fill in those of acme');
  await window.click('Save and prove');
  await window.see('Proven: acme');
  await window.click('Continue');
  await window.fill('Name', 'Turning');
  await window.click('Done');
  await window.open('Turning');
  await window.see('Replace credentials');
  const before = itemCount();
  aToken();

  const routine = replaced();
  await window.click('Replace credentials');
  await window.see('Why are they replaced?');
  await window.fill('New client ID', routine.client_id);
  await window.fill('New client secret', routine.client_secret);
  await window.look('rotation-dialog');
  await window.click('Keep and prove');
  await window.see('Switch to the new ones');
  assert.equal(itemCount(), before + 1, 'both are in the keychain');
  assert.ok(!(await window.source()).includes(routine.client_secret), 'the page does not hold the secret any more');
  await window.look('rotation-proven');
  aToken();

  await window.click('Switch to the new ones');
  await window.see('Old, kept for now');
  await window.look('rotation-switched');
  aToken();
  await window.click('Check and forget the old ones');
  await window.see('still takes the old credentials');
  await window.click('Go back to the old ones');
  await window.see('The credentials in use go on working');
  aToken();
  await window.click('Switch to the new ones');
  await window.see('Old, kept for now');
  aToken();
});

test('after a compromise the old ones are proven dead and forgotten', async () => {
  const fresh = replaced('--compromised');
  await window.click('Replace credentials');
  await window.click('Somebody else may have the old ones');
  await window.fill('New client ID', fresh.client_id);
  await window.fill('New client secret', fresh.client_secret);
  await window.click('Keep and prove');
  await window.click('Switch to the new ones');
  await window.see('no way back');
  await window.look('rotation-compromise');
  aToken();
  await window.click('Check and forget the old ones');
  await window.see('The old ones were forgotten');
  await window.click('Check and forget the old ones');
  await until('all old ones to be forgotten', async () => (await window.source()).includes('Kept in the keychain'));
  await window.look('rotation-forgotten');
  assert.ok(keychain().includes(fresh.client_secret), 'the keychain holds the new secret');
});
