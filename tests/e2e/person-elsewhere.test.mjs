// From an issuer address alone to a connection that lives, in the real window against a certified server
// that somebody else wrote.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { open, until } from './driver.mjs';
import { Browser, comeBack, Visit } from './person.mjs';
import { application, screens } from './places.mjs';

const CLIENT = { client_id: 'window-client', client_secret: 'a-secret-that-only-the-keychain-keeps' };
const browser = new Browser(mkdtempSync(join(tmpdir(), 'proofkey-e2e-')));
/** So short that it ends while one watches. */
const LIFE_SECONDS = 3;
const said = [];
let server;
let window;

before(async () => {
  const script = fileURLToPath(new URL('../real-server/server.mjs', import.meta.url));
  const options = { access_token_seconds: LIFE_SECONDS, pushed_requests: 'required' };
  server = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: server.stdout }).on('line', (line) => {
    // Its library warns in words of its own.
    if (line.startsWith('{')) said.push({ ...JSON.parse(line), at: Date.now() });
  });
  await until('the server to listen', () => said.length > 0);
  window = await open(application, screens);
});

after(async () => {
  await window?.close();
  // It ends with its input.
  server.stdin.end();
  if (server.exitCode === null) await once(server, 'exit', { signal: AbortSignal.timeout(20_000) });
});

test('an issuer address alone becomes a connection that a person approved', async () => {
  const issuer = `http://127.0.0.1:${said[0].port}`;
  await window.see('Connections');
  await window.click('New connection');
  await window.click('Something else');
  await window.fill('Issuer address', `${issuer}/elsewhere`);
  await window.click('Continue');
  await window.see('One thing needs your attention');
  await window.look('issuer-wrong');
  await window.fill('Issuer address', issuer);
  await window.click('Continue');
  await window.see('How does it sign in?');
  await window.look('issuer-signin');
  await window.click('A person approves');
  await window.click('Continue');
  await window.see('Address to register');
  await window.look('issuer-client');
  const uris = await window.run(`return [...document.querySelectorAll('code.value')].map((one) => one.textContent)`);
  await register(uris);
  await window.click('Continue');
  await window.fill('Client ID', CLIENT.client_id);
  await window.fill('Client secret', CLIENT.client_secret);
  await window.fill('Name', 'Certified');
  await window.click('Save');
  await window.see('Authorization required');
  await window.click('Authorize');
  const visit = await Visit.of(await browser.next());
  await visit.submit({ login: 'ada', password: 'anything' });
  await visit.submit();
  assert.match(await comeBack(visit.landed), /Connected/);
  await window.see('Ada');
  await window.see('ada@example.com');
  await window.see('Renews by itself');
  await window.look('issuer-receipt');
  assert.ok(
    said.some((one) => one.event === 'refresh_token.consumed'),
    'the server saw the refresh token used',
  );
  assert.ok(!said.some((one) => one.event === 'grant.revoked'), 'nothing was used twice');
});

test('after the access token has ended, validating again renews it', async () => {
  const consumed = () => said.filter((one) => one.event === 'refresh_token.consumed').length;
  const before = consumed();
  const issued = said.findLast((one) => one.path === '/token' && one.status === 200);
  // The server counts in whole seconds.
  await until('the access token to end', () => Date.now() > issued.at + (LIFE_SECONDS + 1) * 1000);
  await window.click('Validate again');
  await until('the server to renew it', () => consumed() > before);
  await window.see('Validate again');
  await window.see('renews the approval: Passed');
  await window.see('Proven: 127.0.0.1');
  await window.look('issuer-renewed');
  assert.equal(said.filter((one) => one.path === '/request' && one.status === 201).length, 1, 'the request was pushed');
  assert.ok(!said.some((one) => one.event === 'grant.revoked'), 'nothing was used twice');
});

test('removing it withdraws the approval at the server', async () => {
  await window.reload();
  await window.open('Certified');
  await window.see('Approved by');
  await window.click('Remove connection');
  await window.see('Remove Certified?');
  await window.click('Remove connection');
  await window.see('Certified was removed');
  assert.ok(said.some((one) => one.path === '/token/revocation' && one.status === 200));
});

/** Takes over what the window shows, as a person does at the provider. */
async function register(redirect_uris) {
  const client = {
    ...CLIENT,
    redirect_uris,
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  server.stdin.write(`${JSON.stringify(client)}\n`);
  await until('the client to be registered', () => said.some((one) => one.client === CLIENT.client_id));
}
