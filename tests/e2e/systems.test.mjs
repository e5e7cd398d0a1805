// Other systems than the practised one, in the real window: found by search, asked for what their file
// says, and one of them proven against a server that really wants its key.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';

import { keychain } from './desktop.mjs';
import { open } from './driver.mjs';
import { application, screens } from './places.mjs';

const KEY = 'k-4711-of-the-window';
let window;
let server;
const seen = [];

before(async () => {
  server = createServer((request, response) => {
    seen.push({ path: request.url, key: request.headers['x-api-key'] });
    const known = request.headers['x-api-key'] === KEY;
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? { id: 7 } : { error: 'unknown key' }));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  window = await open(application, screens);
});

after(async () => {
  await window?.close();
  await new Promise((done) => server.close(done));
});

beforeEach(async () => {
  await window.reload();
  await window.see('Connections');
});

/** Each once, in the order in which they came. */
const sentKeys = () => [...new Set(seen.map((one) => one.key))];

/** Types into the search for products and goes on with Enter. */
async function search(words) {
  await window.click('New connection');
  await window.see('What are you connecting?');
  await window.run('document.getElementById("products").focus()');
  await window.type(words);
}

test('a product is found by its name, and asks for what its file says', async () => {
  await search('zendesk');
  await window.look('product-search');
  await window.press('\uE007');
  await window.see('Where is your account?');
  await window.fill('Subdomain or address', 'https://acme.zendesk.com/agent/dashboard');
  await window.see('https://acme.zendesk.com/oauth/tokens');
  await window.look('product-zendesk-address');
  await window.fill('Subdomain or address', 'https://acme.zendesk.com.evil.example');
  await window.click('Continue');
  await window.see('One thing needs your attention');
  await window.fill('Subdomain or address', 'acme');
  await window.see('.zendesk.com');
  await window.look('product-zendesk');
  await window.click('Continue');
  await window.see('How does it sign in?');
  await window.click('Where these values come from');
  await window.see('developer.zendesk.com');
  await window.click('More options');
  await window.click('Add a parameter');
  await window.type('client_id');
  await window.press('\uE004');
  await window.type('abc');
  await window.click('Continue');
  await window.see('One thing needs your attention');
  await window.look('product-parameters');
  await window.click('Remove the parameter client_id');
  await window.click('Continue');
  await window.see('Create the client in Zendesk');
  await window.look('product-zendesk-client');
  await window.click('Continue');
  await window.see('Enter the values');
  await window.click('Save draft and close');
  await window.click('Discard');
});

test('a system with a key is proven with the key that its file names, and with nothing else', async () => {
  const { port } = server.address();
  await search('x-api-key');
  await window.press('\uE007');
  await window.see('Where is it?');
  await window.fill('API address', `http://127.0.0.1:${port}`);
  await window.fill('Test call', '/me');
  await window.click('Continue');
  await window.see('How does it sign in?');
  await window.click('Continue');
  await window.see('Get the credentials in the system');
  await window.click('Continue');
  await window.see('Enter the credentials');
  await window.fill('API key', 'not-the-key');
  await window.look('product-key');
  await window.click('Save and prove');
  await window.see('Not proven');
  await window.look('product-key-refused');
  assert.deepEqual(sentKeys(), ['not-the-key']);
  await window.click('Edit values');
  await window.fill('API key', KEY);
  await window.click('Save and prove');
  await window.see('Proven:');
  await window.look('product-key-proven');
  assert.ok(seen.every((one) => one.path === '/me'), 'only the test call was made');
  // A call that passes is made once more without a key: a page for everybody proves nothing.
  assert.deepEqual(sentKeys(), ['not-the-key', KEY, undefined]);
  assert.ok(keychain().includes(KEY), 'the keychain holds the key');
  await window.click('Continue');
  await window.see('Keep it and hand it over');
  await window.fill('Name', 'Ticket printer');
  await window.click('Done');
  await window.see('Ticket printer');
  const words = await window.words();
  for (const word of ['Client ID', 'Access tokens last', 'Sign-in goes to'])
    assert.ok(!words.includes(word), `the page of a key says nothing about “${word}”`);
  await window.look('product-key-page');
});

test('a system without an issuer is typed in by its addresses', async () => {
  await window.click('New connection');
  await window.click('Something else');
  await window.click('Its addresses');
  await window.look('product-other');
  await window.click('Continue');
  await window.see('Where is it?');
  await window.fill('Token address', 'http://login.example.com/token');
  await window.click('Continue');
  await window.see('need your attention');
  await window.look('product-addresses');
});
