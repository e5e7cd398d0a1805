// Screens of choosing among many systems, and of what each of them asks.

const click = (page, name, role = 'button') => page.getByRole(role, { name }).first().click();
const next = (page) => page.getByRole('button', { name: 'Continue', exact: true }).click();
const titled = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

async function choose(page, name) {
  await click(page, 'New connection');
  await page.getByRole('radio', { name, exact: true }).check();
  await next(page);
}

async function find(page, words) {
  await click(page, 'New connection');
  await page.getByRole('searchbox', { name: 'Search products' }).fill(words);
}

const narrow = { width: 900, height: 640 };
const wide = { width: 1280, height: 800 };

export const products = [
  { name: 'product-1', size: narrow, walk: (page) => click(page, 'New connection') },
  { name: 'product-1-wide', size: wide, walk: (page) => click(page, 'New connection') },
  { name: 'product-1-text', text: 2, size: narrow, schemes: ['light'], walk: (page) => click(page, 'New connection') },
  {
    name: 'product-1-end',
    size: narrow,
    walk: async (page) => {
      await click(page, 'New connection');
      await page.getByRole('radio', { name: 'Something else' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'product-2-search', walk: (page) => find(page, 'zen') },
  { name: 'product-2-other-name', walk: (page) => find(page, 'azure ad') },
  { name: 'product-2-nothing', schemes: ['light'], walk: (page) => find(page, 'qqq') },
  { name: 'product-1-zoom', zoom: 2, schemes: ['light'], walk: (page) => click(page, 'New connection') },
  {
    name: 'product-2-category',
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'New connection');
      await page.getByRole('combobox', { name: 'Category' }).selectOption({ label: 'CRM' });
    },
  },
  {
    name: 'product-3-zendesk',
    walk: async (page) => {
      await choose(page, 'Zendesk');
      await page.getByLabel('Subdomain or address').fill('acme');
      await page.getByText('https://acme.zendesk.com/oauth').first().waitFor();
    },
  },
  {
    name: 'product-3-salesforce',
    walk: async (page) => {
      await choose(page, 'Salesforce');
      await page.getByRole('textbox').first().fill('acme');
      await page.getByRole('radio').first().click();
      await page.getByText('my.salesforce.com/services').first().waitFor();
    },
  },
  {
    name: 'product-4-warnings',
    walk: async (page) => {
      await choose(page, 'HubSpot');
      await titled(page, 'How does it sign in?');
    },
  },
  {
    name: 'product-4-provenance',
    walk: async (page) => {
      await choose(page, 'Zendesk');
      await page.getByLabel('Subdomain or address').fill('acme');
      await next(page);
      await titled(page, 'How does it sign in?');
      await page.getByText('Where these values come from').click();
      await page.getByText('Not offered here').click();
      await page.getByText('Not offered here').evaluate((one) => one.scrollIntoView({ block: 'start' }));
    },
  },
  {
    name: 'product-4-parameters',
    walk: async (page) => {
      await choose(page, 'Auth0');
      await page.getByRole('textbox').first().fill('acme.eu.auth0.com');
      await page.getByLabel('Audience').fill('https://api.acme.example');
      await page.getByLabel('Address of the API').fill('https://api.acme.example');
      await next(page);
      await titled(page, 'How does it sign in?');
      await page.getByText('More options').click();
      await click(page, 'Add a parameter');
      await page.getByLabel('Name of parameter 1').fill('organization');
      await page.getByLabel('Value of parameter 1').fill('org_8f1e2c');
      await click(page, 'Add a parameter');
      await page.getByLabel('Name of parameter 2').fill('client_id');
      await page.getByLabel('Value of parameter 2').fill('abc');
      await next(page);
      await page.getByText('sends “client_id” itself').first().waitFor();
    },
  },
  {
    name: 'product-5-key',
    walk: async (page) => {
      await choose(page, 'A system with an API key');
      await page.getByLabel('API address').fill('https://api.example.com/v1');
      await next(page);
      await titled(page, 'How does it sign in?');
    },
  },
  {
    name: 'product-5-key-values',
    walk: async (page) => {
      await choose(page, 'A system with an API key');
      await page.getByLabel('API address').fill('https://api.example.com/v1');
      await next(page);
      await titled(page, 'How does it sign in?');
      await next(page);
      if ((await page.getByRole('heading', { level: 1 }).textContent()) !== 'Enter the credentials') await next(page);
      await titled(page, 'Enter the credentials');
    },
  },
  {
    name: 'product-6-issuer',
    walk: async (page) => {
      await click(page, 'New connection');
      await page.getByRole('radio', { name: 'Something else' }).check();
      await page.getByRole('textbox', { name: 'Issuer address' }).fill('https://login.example.com');
      await next(page);
      await titled(page, 'How does it sign in?');
      await click(page, 'Product');
      await page.getByRole('textbox', { name: 'Issuer address' }).fill('https://login.example.com/');
      await next(page);
      await page.getByText('was made from this issuer').first().waitFor();
      await page.getByText('was made from this issuer').first().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'product-6-addresses',
    walk: async (page) => {
      await click(page, 'New connection');
      await page.getByRole('radio', { name: 'Something else' }).check();
      await page.getByRole('radio', { name: 'Its addresses' }).check();
      await next(page);
      await titled(page, 'Where is it?');
    },
  },
];
