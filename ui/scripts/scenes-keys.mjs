// Screens of clients that sign: the key that is entered, chosen or made.

const click = (page, name, role = 'button') => page.getByRole(role, { name }).first().click();
const next = (page) => page.getByRole('button', { name: 'Continue', exact: true }).click();
const save = (page) => page.getByRole('button', { name: 'Save and prove' }).click();
const titled = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

async function toSignin(page) {
  await click(page, 'New connection');
  await next(page);
  await page.getByLabel('Account name or address').fill('https://acme.talkdeskid.eu/login');
  await page.getByText('https://acme.talkdeskid.eu/oauth/token').first().waitFor();
  await next(page);
  await titled(page, 'How does it sign in?');
  await page.getByRole('radio', { name: 'With a private key' }).check();
}

async function toValues(page) {
  await toSignin(page);
  await next(page);
  await titled(page, 'Create the client in Talkdesk');
  await next(page);
  await titled(page, 'Enter the values');
  await page.getByLabel('Client ID').fill('f0c1a4d2e5b64f7a9c3d1e8b7a605142');
}

/** Of a connection whose server knows keys by their registered half. */
async function toRegistered(page) {
  await click(page, 'Data export');
  await click(page, 'Reconfigure');
  for (const title of ['How does it sign in?', 'What may it do?', 'Enter the values']) {
    await next(page);
    await titled(page, title);
  }
}

async function make(page) {
  await toRegistered(page);
  await page.getByRole('radio', { name: /^Make a new key pair/ }).check();
  await click(page, 'Make the key pair');
  await page.getByText('"kty": "EC"').waitFor();
  await page.getByText('The key pair is made').first().scrollIntoViewIfNeeded();
}

async function toDialog(page, name) {
  await click(page, name);
  await click(page, 'Replace credentials');
  await page.getByRole('dialog').waitFor();
}

async function pick(page) {
  await toDialog(page, 'Data export');
  await page.getByRole('radio', { name: /Proofkey made before/ }).check();
  await page.getByRole('radio', { name: /^Data export key/ }).check();
  await page.getByText('"kty": "EC"').waitFor();
}

async function toList(page) {
  await click(page, 'Settings');
  await page.getByText('Data export key').waitFor();
  await page.getByText('Keys that wait for a connection').scrollIntoViewIfNeeded();
}

async function toPublic(page, name) {
  await click(page, name);
  await page.getByText('Public key', { exact: true }).click();
  await page.getByText('"kty": "EC"').waitFor();
  await page.getByText('Where these values come from').scrollIntoViewIfNeeded();
}

const query = 'world=signing';
const tall = { width: 1040, height: 1180 };
const armoured = (what) =>
  `-----BEGIN ${what} KEY-----\n${'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg'.repeat(4)}\n-----END ${what} KEY-----\n`;

export const keyScenes = [
  { name: 'key-1-signin', query, walk: toSignin },
  { name: 'key-2-values', query, size: tall, walk: toValues },
  {
    name: 'key-2-errors',
    query,
    size: tall,
    walk: async (page) => {
      await toValues(page);
      await page.getByLabel('Private key', { exact: true }).fill(armoured('PUBLIC'));
      await save(page);
      await page.getByText('2 things need').first().waitFor();
    },
  },
  {
    name: 'key-2-passphrase',
    query,
    size: tall,
    walk: async (page) => {
      await toValues(page);
      await page.getByLabel('Private key', { exact: true }).fill(armoured('ENCRYPTED PRIVATE'));
      await page.getByLabel(/^Key ID/).fill('kid-2026');
      await page.getByLabel('Passphrase of the key').waitFor();
    },
  },
  {
    name: 'key-2-file',
    query,
    size: tall,
    walk: async (page) => {
      await toValues(page);
      await click(page, 'Choose a file');
      await page.getByText('acme-appconnect.pem').first().waitFor();
    },
  },
  { name: 'key-3-registered', query, size: tall, walk: toRegistered },
  { name: 'key-3-made', query, size: tall, walk: make },
  { name: 'key-3-made-zoom', query, zoom: 2, schemes: ['light'], walk: make },
  {
    name: 'key-3-kept',
    query,
    size: tall,
    walk: async (page) => {
      await toRegistered(page);
      await page.getByRole('radio', { name: /Proofkey made before/ }).check();
      await page.getByRole('radio', { name: /^Spare for the new app/ }).check();
      await page.getByText('"kty": "EC"').waitFor();
    },
  },
  {
    name: 'key-4-page',
    query,
    size: tall,
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await page.getByText('ES256, key ID').waitFor();
    },
  },
  { name: 'key-4-public', query, walk: (page) => toPublic(page, 'Data export') },
  { name: 'key-4-public-zoom', query, zoom: 2, schemes: ['light'], walk: (page) => toPublic(page, 'Data export') },
  { name: 'key-5-list', query, walk: toList },
  {
    name: 'key-5-list-open',
    query,
    size: tall,
    walk: async (page) => {
      await toList(page);
      await page.getByText('Public key', { exact: true }).first().click();
    },
  },
  { name: 'key-5-list-small', query, size: { width: 720, height: 560 }, schemes: ['light'], walk: toList },
  { name: 'key-5-list-zoom', query, zoom: 2, schemes: ['light'], walk: toList },
  {
    name: 'key-5-none',
    walk: async (page) => {
      await click(page, 'Settings');
      await page.getByText('No key waits').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'key-5-remove',
    query,
    walk: async (page) => {
      await toList(page);
      await click(page, 'Remove the key Data export key');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'key-6-replace-issued', query, walk: (page) => toDialog(page, 'Support dashboards') },
  { name: 'key-6-replace', query, size: tall, walk: (page) => toDialog(page, 'Data export') },
  { name: 'key-6-replace-kept', query, size: tall, walk: pick },
  { name: 'key-6-replace-kept-small', query, size: { width: 720, height: 560 }, schemes: ['light'], walk: pick },
  { name: 'key-6-replace-kept-zoom', query, zoom: 2, schemes: ['light'], walk: pick },
];
