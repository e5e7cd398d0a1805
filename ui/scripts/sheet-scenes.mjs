// The Talkdesk sheet in every state.

const tall = { width: 1040, height: 2300 };

async function open(page, name) {
  await page.getByRole('button', { name }).first().click();
  await page.getByRole('button', { name: 'Talkdesk sheet' }).click();
  await page.getByText('Address of the system').waitFor();
}

/** Some states have no button that leads to them. */
async function lend(page) {
  await open(page, 'Orders API');
  await page.getByRole('button', { name: 'Copy for 30 s: client secret' }).click();
  await page.getByText('On the clipboard').first().scrollIntoViewIfNeeded();
}

const query = 'world=sheets';

export const sheetScenes = [
  { name: 'sheet-person', query, walk: (page) => open(page, 'Help desk') },
  { name: 'sheet-person-all', query, size: tall, walk: (page) => open(page, 'Help desk') },
  { name: 'sheet-server-all', query, size: tall, walk: (page) => open(page, 'Orders API') },
  { name: 'sheet-token', query, size: tall, schemes: ['light'], walk: (page) => open(page, 'Help desk by token') },
  { name: 'sheet-lent', query, walk: lend },
  { name: 'sheet-text', query, text: 2, schemes: ['light'], walk: lend },
  { name: 'sheet-small', query, size: { width: 720, height: 560 }, walk: lend },
  { name: 'sheet-forced', query, forced: true, schemes: ['light'], walk: lend },
  {
    name: 'sheet-redirect',
    query,
    walk: async (page) => {
      await open(page, 'Help desk');
      await page.getByLabel(/Redirect URL that/).fill('http://acme.mytalkdesk.com/callback');
      await page.getByText('begins with https').first().waitFor();
      await page.getByLabel(/Redirect URL that/).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'sheet-registered',
    query,
    schemes: ['light'],
    walk: async (page) => {
      await open(page, 'Help desk');
      await page.getByLabel(/Redirect URL that/).fill('https://acme.mytalkdesk.com/callback');
      await page.getByText('to register at Zendesk').first().waitFor();
      await page.getByText('to register at Zendesk').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'sheet-paper',
    query,
    size: tall,
    schemes: ['dark'],
    walk: async (page) => {
      await open(page, 'Help desk');
      await page.emulateMedia({ media: 'print' });
    },
  },
  {
    name: 'sheet-unsuitable',
    query,
    walk: async (page) => {
      await page.getByRole('button', { name: 'Slack' }).first().click();
      await page.getByRole('button', { name: 'Talkdesk sheet' }).click();
      await page.getByText('Talkdesk cannot be connected').first().waitFor();
    },
  },
];
