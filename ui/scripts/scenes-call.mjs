// The connection page while a call is tried, and the way to each of its states.

const section = (page) => page.getByRole('region', { name: 'Try a call' });
const small = { width: 720, height: 560 };

async function toCall(page) {
  await page.getByRole('button', { name: 'Support dashboards' }).first().click();
  await section(page).waitFor();
  await section(page).evaluate((one) => one.scrollIntoView({ block: 'start' }));
}

async function send(page, path) {
  await toCall(page);
  await page.getByLabel('Path', { exact: true }).fill(path);
  await page.getByLabel('Path', { exact: true }).press('Enter');
}

/** Sends it and waits for the answer. */
const answered = (path) => async (page) => {
  await send(page, path);
  await page.locator('#answer-title').waitFor();
  await section(page).evaluate((one) => one.scrollIntoView({ block: 'start' }));
};

async function wrongPath(page) {
  await send(page, 'https://api.talkdeskapp.com.example.net/account');
  await page.getByText('is not a path').waitFor();
}

async function aBody(page) {
  await toCall(page);
  await page.getByLabel('Method', { exact: true }).selectOption('POST');
  await page.getByLabel('Path', { exact: true }).fill('/contacts');
  await page.getByRole('button', { name: 'Add a header' }).click();
  await page.getByLabel('Name of header 1').fill('Authorization');
  await page.getByLabel('Value of header 1').fill('Bearer of another');
  await page.getByRole('button', { name: 'Add a header' }).click();
  await page.getByLabel('Name of header 2').fill('Accept-Language');
  await page.getByLabel('Value of header 2').fill('de');
  await page.getByLabel('Body').fill('{\n  "name": "Ada Lovelace",\n  "phones": [{ "number": "+351210000000" }]\n}');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('set by the connection itself').waitFor();
}

async function several(page) {
  for (const path of ['/account', '/users/me', '/users?per_page=1', '/recordings/42/media', '/status']) {
    await answered(path)(page);
    await page
      .getByRole('link', { name: 'Connections' })
      .or(page.getByRole('button', { name: 'Connections' }))
      .first()
      .click();
  }
  await toCall(page);
  await page.getByText('They are not saved').scrollIntoViewIfNeeded();
}

export const callScenes = [
  { name: 'call-1-empty', walk: toCall },
  {
    name: 'call-1-page',
    schemes: ['light'],
    walk: (page) => page.getByRole('button', { name: 'Support dashboards' }).first().click(),
  },
  {
    name: 'call-2-running',
    query: 'slow=60000',
    walk: async (page) => {
      await send(page, '/account');
      await page.getByRole('button', { name: 'Sending' }).waitFor();
    },
  },
  { name: 'call-3-json', walk: answered('/account') },
  { name: 'call-3-json-small', size: small, schemes: ['dark'], walk: answered('/account') },
  { name: 'call-3-json-zoom', zoom: 2, walk: answered('/account') },
  { name: 'call-3-json-forced', forced: true, schemes: ['light'], walk: answered('/account') },
  {
    name: 'call-3-headers',
    schemes: ['light'],
    walk: async (page) => {
      await answered('/account')(page);
      await page.getByText('4 headers').click();
      await page.getByText('[withheld]').scrollIntoViewIfNeeded();
    },
  },
  { name: 'call-4-renewed', walk: answered('/users/me') },
  { name: 'call-4-forbidden', walk: answered('/users?per_page=1') },
  { name: 'call-4-broken', schemes: ['light'], walk: answered('/status') },
  { name: 'call-5-redirect', walk: answered('/recordings/42/media') },
  { name: 'call-5-binary', walk: answered('/brand/logo') },
  { name: 'call-6-wrong-path', walk: wrongPath },
  { name: 'call-6-wrong-path-zoom', zoom: 2, schemes: ['light'], walk: wrongPath },
  { name: 'call-6-body', walk: aBody },
  { name: 'call-6-body-zoom', zoom: 2, schemes: ['dark'], walk: aBody },
  { name: 'call-7-long', walk: answered('/users') },
  {
    name: 'call-7-long-end',
    schemes: ['light'],
    walk: async (page) => {
      await answered('/users')(page);
      await page.getByText('Only the beginning').scrollIntoViewIfNeeded();
    },
  },
  { name: 'call-8-last', walk: several },
  { name: 'call-8-last-zoom', zoom: 2, schemes: ['light'], walk: several },
  {
    name: 'call-9-focus',
    walk: async (page) => {
      await toCall(page);
      await page.getByLabel('Path', { exact: true }).focus();
      await page.keyboard.press('Tab');
    },
  },
];
