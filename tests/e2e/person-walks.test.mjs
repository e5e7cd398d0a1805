// A new user's way from the tile to the Talkdesk sheet, in the real window, for three systems that
// "proofkey sandbox --provider" plays on this machine.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { answerSaveDialog } from './desktop.mjs';
import { open, until } from './driver.mjs';
import { Browser, comeBack, decide } from './person.mjs';
import { application, commandLine, screens } from './places.mjs';

const SECRET = 'practice-k3Yq7Vn2Zt9Lw5Rb';
const ISSUER = 'https://id.practice.example';
const folder = mkdtempSync(join(tmpdir(), 'proofkey-e2e-'));
const browser = new Browser(folder);
let window;
let sandbox;

before(async () => {
  window = await open(application, screens);
});

after(() => window?.close());

beforeEach(async () => {
  await window.reload();
  await window.see('Connections');
});

afterEach(end);

/** Runs `proofkey sandbox` until `end`, and waits until it answers. */
async function play(...more) {
  sandbox = spawn(commandLine, ['sandbox', ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = [];
  createInterface({ input: sandbox.stdout }).on('line', (line) => said.push(line));
  await until('the practice server to listen', () => said.some((line) => line.includes('Ctrl-C')));
}

async function end() {
  if (!sandbox || sandbox.exitCode !== null) return;
  sandbox.kill('SIGTERM');
  await once(sandbox, 'exit', { signal: AbortSignal.timeout(20_000) });
}

/** From the list of products to the way it signs in, as the customer whom practice knows. */
async function choose(name, shot, customer) {
  await window.click('New connection');
  await window.see(`Practice: ${name}`);
  await window.click(`Practice: ${name}`);
  await window.look(`walk-${shot}-1-tile`);
  await window.click('Continue');
  if (customer) {
    await window.see('Practice account');
    await window.look(`walk-${shot}-2-empty`);
    await window.click(`Use ${customer}`);
    await window.see('Sign-in goes to');
    await window.look(`walk-${shot}-2-account`);
    await window.click('Continue');
  }
  await window.see('How does it sign in?');
  await window.see(`A pretend ${name} on this computer`);
}

/** Fills in what practice knows, and says how the button goes on. */
async function enter(shot, who, proceed) {
  await window.see('Enter the values');
  await window.look(`walk-${shot}-5-values-empty`);
  await window.click(`Fill in those of ${who}`);
  await window.look(`walk-${shot}-5-values`);
  await window.click(proceed);
}

async function approve(shot) {
  await window.see('Authorization required');
  await window.look(`walk-${shot}-6-required`);
  await window.click('Authorize');
  const address = await browser.next();
  assert.equal(new URL(address).hostname, '127.0.0.1', 'the browser stays on this machine');
  await window.see('was opened');
  await window.look(`walk-${shot}-6-waiting`);
  assert.match(await comeBack(await decide(address)), /Connected/);
  await window.see('Approved by');
  await window.see('Proven:');
}

/** The page of the connection, a config file, and the sheet as a person keeps it. */
async function handOver(shot, file) {
  await window.look(`walk-${shot}-7-page`);
  await window.click('Export');
  await window.see('The file says where they are kept');
  await window.look(`walk-${shot}-8-export`);
  await window.click('Cancel');
  await window.click('Talkdesk sheet');
  await window.see('What to type into a custom connection of Talkdesk');
  await window.see('This is practice');
  await window.look(`walk-${shot}-9-sheet`);
  const path = join(folder, file);
  await window.click('Save as a file');
  await answerSaveDialog('Save the Talkdesk sheet', path);
  await window.see('It holds no secret');
  await window.look(`walk-${shot}-9-sheet-saved`);
  const html = readFileSync(path, 'utf8');
  assert.ok(!html.includes(SECRET), 'the sheet holds no secret');
  return html;
}

test('practice that a terminal runs is seen, named, and not ended from here', async () => {
  await play('--provider', 'zendesk');
  await window.click('Practice');
  await window.see('Plays Zendesk');
  await window.see('A terminal runs it');
  await window.look('walk-practice');
  assert.ok(!(await window.words()).includes('Stop practice'));
  await end();
  await window.click('Connections');
  await window.click('Practice');
  await window.see('Not running');
  await window.look('walk-practice-idle');
});

test('Zendesk, by a server of its own', async () => {
  await play('--provider', 'zendesk');
  await choose('Zendesk', 'zendesk', 'acme');
  await window.look('walk-zendesk-3-signin');
  await window.click('Continue');
  await window.see('Create the client in Zendesk');
  await window.look('walk-zendesk-4-client');
  await window.click('Continue');
  await enter('zendesk', 'acme', 'Save and prove');
  await window.see('Proven:');
  await window.look('walk-zendesk-6-proof');
  await window.click('Continue');
  await window.see('Keep it and hand it over');
  await window.look('walk-zendesk-7-keep');
  await window.click('Done');
  await window.see('Proven');
  const html = await handOver('zendesk', 'zendesk.html');
  assert.match(html, /https:\/\/acme\.zendesk\.com\/api\/v2/u);
});

test('Salesforce, where a person approves', async () => {
  await play('--provider', 'salesforce');
  await choose('Salesforce', 'salesforce', 'acme');
  await window.click('A person approves');
  await window.look('walk-salesforce-3-signin');
  await window.click('Continue');
  await window.see('Addresses to register');
  await window.look('walk-salesforce-4-client');
  await window.click('Continue');
  await enter('salesforce', 'acme', 'Save');
  await approve('salesforce');
  await handOver('salesforce', 'salesforce.html');
});

test('a server of which only the issuer is known', async () => {
  await play();
  const made = ['providers', 'new', '--practice', '--issuer', ISSUER, '--id', 'crm'];
  execFileSync(commandLine, made, { timeout: 20_000 });
  await end();
  await play('--provider', 'crm');
  await window.reload();
  await window.see('Connections');
  await choose('id.practice.example', 'issuer', null);
  await window.click('A person approves');
  await window.look('walk-issuer-3-signin');
  await window.click('Continue');
  await window.see('Address to register');
  await window.look('walk-issuer-4-client');
  await window.click('Continue');
  await enter('issuer', 'id.practice.example', 'Save');
  await approve('issuer');
  const html = await handOver('issuer', 'issuer.html');
  assert.match(html, /knows only its sign-in server/u, 'nobody is told to type that as the base path');
});

test('a practice connection whose server is gone says what to start', async () => {
  await window.open('Zendesk acme');
  await window.click('Validate again');
  await window.see('does not play acme.zendesk.com');
  await window.see('proofkey sandbox --provider zendesk');
  await window.look('walk-gone');
});
