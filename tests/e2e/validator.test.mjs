// A validator started and tried in the real window, with the practice Talkdesk as the system that judges.
// Run by scripts/with-desktop --display.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { open, until } from './driver.mjs';
import { application, screens } from './places.mjs';

let window;
let account;

before(async () => {
  window = await open(application, screens);
  const practice = await ask('practice_start');
  account = practice.accounts.find((one) => one.account === 'acme');
  await ask('add_connection', {
    draft: {
      name: 'Wallboards',
      provider: 'talkdesk',
      grant: 'client_credentials',
      client_authentication: 'client_secret_basic',
      practice: true,
      scopes: ['account:read'],
      variables: { account: 'acme', region: 'us' },
      client_id: account.client_id,
      client_secret: account.client_secret,
    },
  });
  await window.reload();
  await window.see('Connections');
});

after(() => window?.close());

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

/** Chooses the option with these words in the list with this id. */
const choose = (id, words) =>
  window.run(
    `const list = document.getElementById(arguments[0]);
      list.value = [...list.options].find((one) => one.text === arguments[1]).value;
      list.dispatchEvent(new Event('change', { bubbles: true }));`,
    id,
    words,
  );

/** Types or chooses the value of the field that is sent under this name. */
async function enter(name, value) {
  await window.run(
    `const fields = [...document.querySelectorAll('[id^="trial-value-"]')].filter((one) => 'value' in one);
      const named = (one) => one.closest('.field, .choice').querySelector('.value').textContent === arguments[0];
      const field = fields.find(named);
      field.value = arguments[1];
      field.dispatchEvent(new Event(field.localName === 'select' ? 'change' : 'input', { bubbles: true }));`,
    name,
    value,
  );
}

const idOfAddress = 'return document.getElementById("trial-address").value';

test('a validator for a connection is started, and every point of its contract holds', async () => {
  await window.click('Validator');
  await window.see('A validator on this computer');
  await until('the connections', () => window.run('return document.getElementById("local-for") !== null'));
  await choose('local-for', 'Wallboards');
  await window.click('Start');
  await window.see('The validator runs');
  await window.look('validator-running');
  await window.click('Try this one');
  await until('its address', async () => (await window.run(idOfAddress)).startsWith('http://127.0.0.1:'));
  await enter('account', 'acme');
  await enter('region', 'us');
  await enter('client_id', account.client_id);
  await enter('client_secret', account.client_secret);
  await window.click('Try it');
  await window.see('points that were tried hold');
  await window.look('validator-tried');
  await window.see('Accepted');
  await window.see('Refused');
  const { calls } = await ask('validator_status');
  assert.ok(calls.length > 10, 'its calls are told');
  assert.ok(!JSON.stringify(calls).includes(account.client_secret), 'without what was sent');
});

test('its configuration is shown', async () => {
  await window.click('Its configuration, for a server');
  await window.see('provider = "talkdesk"');
  await window.look('validator-configuration');
});

test('its address leaves the form when it is stopped, and nobody answers there any more', async () => {
  const address = await window.run(idOfAddress);
  await window.click('Stop the validator');
  await window.see('Open a configuration');
  await until('no address', async () => (await window.run(idOfAddress)) === '');
  await window.run(
    `const input = document.getElementById('trial-address');
      input.value = arguments[0];
      input.dispatchEvent(new Event('input', { bubbles: true }));`,
    address,
  );
  await window.click('Try it');
  await window.see('needs your attention');
  await window.look('validator-stopped');
});
