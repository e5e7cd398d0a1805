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

async function make(page) {
  await toValues(page);
  await page.getByRole('radio', { name: /^Make a new key pair/ }).check();
  await click(page, 'Make the key pair');
  await page.getByText('"kty": "EC"').waitFor();
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
  { name: 'key-3-made', query, size: tall, walk: make },
  { name: 'key-3-made-zoom', query, zoom: 2, schemes: ['light'], walk: make },
  {
    name: 'key-4-page',
    query,
    size: tall,
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await page.getByText('ES256, key ID').waitFor();
    },
  },
];
