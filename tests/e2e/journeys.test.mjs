// The main job in the real window, as a person does it. Run by scripts/with-desktop --display.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { answerSaveDialog, itemCount, keychain } from './desktop.mjs';
import { open, until } from './driver.mjs';
import { application, screens } from './places.mjs';

// An account of 60 characters, and a name with words as long as German ones.
const LONG_ACCOUNT = 'northwind-customer-experience-and-contact-centre-operations1';
const LONG_NAME = 'Kundenzufriedenheitsauswertungen der Rechtsschutzversicherungsgesellschaft, Probebetrieb';
const folder = mkdtempSync(join(tmpdir(), 'proofkey-e2e-'));
let window;

before(async () => {
  window = await open(application, screens);
});

after(() => window?.close());

// Every journey begins at the connections, whatever became of the one before.
beforeEach(async () => {
  await window.reload();
  await window.see('Connections');
});

/** From the connections to the values of a practice account. */
async function toValues(account, pictures = false) {
  const look = (name) => (pictures ? window.look(name) : undefined);
  await window.click('New connection');
  await window.see('What are you connecting?');
  await window.click('A pretend Talkdesk');
  await look('wizard-1-product');
  await window.click('Continue');
  await window.see('Where is your account?');
  await window.click(`Use ${account}`);
  await window.see(`https://${account}.talkdeskid`);
  await look('wizard-2-account');
  await window.click('Continue');
  await window.see('How does it sign in?');
  await look('wizard-3-signin');
  await window.click('Continue');
  await window.see('Create the client in Talkdesk');
  await look('wizard-4-client');
  await window.click('Continue');
  await window.see('Enter the values');
  await window.click(`Fill in those of ${account}`);
}

test('a newcomer is invited', async () => {
  await window.see('Connect your first account');
  await window.look('home-empty');
});

test('the wizard leads from an account to a proven connection in the keychain and a file', async () => {
  await toValues('acme', true);
  await window.look('wizard-5-values');
  await window.click('Save and prove');
  await window.see('Proven: acme');
  await window.look('wizard-6-proven');
  await window.click('Continue');
  await window.see('Keep it and hand it over');
  await window.fill('Name', 'Support dashboards');
  await window.look('wizard-7-keep');
  assert.equal(itemCount(), 1, 'the keychain holds one item');
  const source = await window.source();
  const secret = /"client_secret":"([^"]+)"/.exec(keychain())?.[1];
  assert.ok(secret, 'the item holds the client secret');
  assert.ok(!source.includes(secret), 'the page does not hold the secret any more');

  await window.click('Export a config file');
  await window.see('Preview of');
  await window.look('export');
  const path = join(folder, 'acme.json');
  await window.click('Save file');
  await answerSaveDialog('Export the connection', path);
  await window.see('Saved and read back');
  await window.look('export-done');
  const file = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(file.account, 'acme');
  assert.equal(file.proof.verdict, 'passed');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(path, 'utf8').includes(secret));
  await window.click('Done');
  await window.click('Done');
  await window.see('Support dashboards');
});

test('a failure names its cause, and the remedy is one button', async () => {
  await toValues('pied-piper');
  await window.click('Save and prove');
  await window.see('blank');
  await window.look('wizard-5-hints');
  await window.click('Save as it is and prove');
  await window.see('Most likely');
  await window.look('wizard-6-failed');
  await window.click('Evidence');
  await window.see('Australia (AU)');
  await window.look('wizard-6-evidence');
  await window.click('Remove it and try again');
  await window.see('Proven: pied-piper');
  await window.click('Continue');
  await window.click('Done');
});

test('what was left unfinished can be resumed', async () => {
  await window.click('New connection');
  await window.click('A pretend Talkdesk');
  await window.click('Continue');
  await window.click('Use globex');
  await window.see('talkdeskid.eu');
  await window.click('Save draft and close');
  await window.see('Unfinished connection');
  await window.click('Discard');
});

test('mistakes are listed together and the summary has the focus', async () => {
  await window.click('New connection');
  await window.click('Continue');
  await window.see('Where is your account?');
  await window.fill('Account name or address', 'https://acme.talkdeskid.com.evil.example');
  await window.click('Continue');
  await window.see('One thing needs your attention');
  const focused = await window.run('return document.activeElement.innerText');
  assert.match(focused, /needs your attention/);
  await window.look('wizard-2-errors');
  await window.click('Save draft and close');
  await window.click('Discard');
});

test('every room is worth a look, and the theme is kept', async () => {
  await window.click('Settings');
  await window.see('Where secrets are kept');
  await window.see('Working');
  await window.click('Dark');
  await window.see('Settings saved');
  await window.reload();
  await until('the dark theme', () => window.run('return document.documentElement.dataset.theme === "dark"'));
  await window.click('Settings');
  await window.see('Working');
  await window.look('settings');
  await window.click('Practice');
  await window.see('Practice accounts');
  await window.look('practice');
  await window.click('About');
  await window.see('About Proofkey');
  await window.look('about');
  await window.click('Connections');
  await window.see('Support dashboards');
  await window.look('home');
  await window.open('Support dashboards');
  await window.see('Validate again');
  await window.look('connection');
  await window.click('Validate again');
  await window.see('Proven: acme');
  await window.click('Rename');
  await window.see('Rename the connection');
  await window.look('rename');
  await window.click('Cancel');
  await window.click('Remove connection');
  await window.see('Remove Support dashboards?');
  await window.look('remove');
  await window.click('Keep it');
  await window.click('Reconfigure');
  await window.see('Reconfigure Support dashboards');
  await window.look('reconfigure');
});

test('the longest names fit, in a small window and with large text', async () => {
  await window.click('New connection');
  await window.click('Use the Talkdesk API');
  await window.click('Continue');
  await window.fill('Account name or address', LONG_ACCOUNT);
  await window.see('Detect region');
  await window.click('Europe (EU)');
  await window.see(`https://${LONG_ACCOUNT}.talkdeskid.eu`);
  await everySize('wizard-2-long');
  await window.click('Save draft and close');
  await window.see('Unfinished connection');
  await window.open('Talkdesk pied-piper');
  await window.click('Rename');
  await window.fill('Name', LONG_NAME);
  await window.click('Rename');
  await window.see('Renamed');
  await everySize('connection-long');
  await window.click('Connections');
  await window.see('Unfinished connection');
  await everySize('home-long');
  await window.click('Discard');
});

/** Looks at the window as it opens, at its smallest, and with text twice as large. */
async function everySize(name) {
  await window.look(name);
  assert.deepEqual(await window.sticksOut(), []);
  await window.resize(720, 560);
  await window.look(`${name}-small`);
  assert.deepEqual(await window.sticksOut(), []);
  await window.resize(1040, 720);
  await window.enlarge(200);
  await window.look(`${name}-large`);
  assert.deepEqual(await window.sticksOut(), []);
  await window.enlarge(100);
}

test('a walk with Tab through the connections shows where it is at every stop', async () => {
  const stops = [];
  await until('the walk to come round', async () => {
    const stop = await window.tab();
    if (stop.body || stop.words === stops[0]?.words) return true;
    stops.push(stop);
    if (stop.words === 'Support dashboards') await window.look('home-focus');
    return false;
  });
  const words = stops.map((stop) => stop.words);
  for (const expected of ['Connections', 'Practice', 'Settings', 'About', 'New connection', 'Support dashboards']) {
    assert.ok(words.includes(expected), `${expected} is a stop of ${words.join(', ')}`);
  }
  assert.deepEqual(stops.filter((stop) => !stop.ring), []);
});

test('a removed connection leaves nothing in the keychain', async () => {
  const before = itemCount();
  await window.open('Support dashboards');
  await window.click('Remove connection');
  await window.see('Remove Support dashboards?');
  await window.click('Remove connection');
  await window.see('was removed');
  await until('the item to be gone', () => itemCount() === before - 1);
});
