// An event of an app from the file to the proof, and the installation on its connection's page.

const HEADERS = 'X-Hub-Ecdsa-Signature: 3045022100c8f1\nX-Hub-Ecdsa-Signature-Id: k-2026-11';

async function open(page) {
  await page.getByRole('button', { name: 'Import an app event' }).click();
  await page.getByRole('button', { name: 'Choose the file' }).waitFor();
}

async function choose(page, headers) {
  await open(page);
  await page.getByRole('button', { name: 'Choose the file' }).click();
  await page.getByText('It says that the app was installed.').waitFor();
  if (headers) await page.getByLabel('Headers that came with it').fill(headers);
}

async function signed(page) {
  await choose(page, HEADERS);
  await page.getByText('Signed with the key').waitFor();
}

async function importIt(page) {
  await signed(page);
  await page.getByLabel('Account that you expect').fill('acme');
  await page.getByRole('button', { name: 'Import and prove' }).click();
}

async function another(page) {
  await signed(page);
  await page.getByLabel('Account that you expect').fill('globex-contact-centre-of-northern-europe-2026');
  await page.getByRole('button', { name: 'Import and prove' }).click();
  await page.getByText('This event is of the account').waitFor();
}

const tall = { width: 1040, height: 1240 };

export const eventScenes = [
  { name: 'event-empty', walk: open },
  { name: 'event-signed', size: tall, walk: signed },
  { name: 'event-small', size: { width: 720, height: 560 }, walk: signed },
  { name: 'event-text', text: 2, schemes: ['light'], walk: signed },
  { name: 'event-forced', forced: true, schemes: ['light'], size: tall, walk: signed },
  { name: 'event-another', size: tall, walk: another },
  { name: 'event-another-zoom', zoom: 2, schemes: ['light'], walk: another },
  { name: 'event-unsigned', size: tall, walk: (page) => choose(page) },
  {
    name: 'event-refused',
    size: tall,
    walk: async (page) => {
      await choose(page, 'X-Hub-Ecdsa-Signature: wrong');
      await page.getByText('a formatter changed').waitFor();
    },
  },
  {
    name: 'event-proof',
    walk: async (page) => {
      await importIt(page);
      await page.getByRole('button', { name: 'Open the connection' }).waitFor();
    },
  },
  {
    name: 'event-installation',
    size: tall,
    walk: async (page) => {
      await importIt(page);
      await page.getByRole('button', { name: 'Open the connection' }).click();
      await page.getByText('Installation of the app').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'event-approve',
    walk: async (page) => {
      await importIt(page);
      await page.getByRole('button', { name: 'Open the connection' }).click();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];
