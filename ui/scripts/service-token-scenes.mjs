// Tokens that live long: chosen in the wizard, and counted down.

async function toSignin(page) {
  await page.getByRole('button', { name: 'New connection' }).first().click();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByLabel('Account name or address').fill('https://acme.talkdeskid.eu/login');
  await page.getByText('https://acme.talkdeskid.eu/oauth/token').first().waitFor();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('heading', { name: 'How does it sign in?' }).waitFor();
}

async function toChoice(page) {
  await toSignin(page);
  await page.getByRole('radio', { name: 'A service token' }).check();
  await page.getByLabel('How many days it lives').scrollIntoViewIfNeeded();
}

async function toFact(page) {
  await page.getByRole('button', { name: 'Support dashboards' }).first().click();
  await page.getByText('Service token', { exact: true }).scrollIntoViewIfNeeded();
}

export const serviceTokenScenes = [
  {
    name: 'service-token-choice',
    walk: async (page) => {
      await toChoice(page);
      await page.getByText('Before you choose it').scrollIntoViewIfNeeded();
    },
  },
  { name: 'service-token-choice-tall', size: { width: 1040, height: 1500 }, walk: toChoice },
  {
    name: 'service-token-error',
    walk: async (page) => {
      await toChoice(page);
      await page.getByLabel('How many days it lives').fill('400');
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.getByText('not for 400 days').first().waitFor();
    },
  },
  { name: 'service-token-page', query: 'world=service-token', walk: toFact },
  { name: 'service-token-page-none', query: 'world=service-token-none', schemes: ['light'], walk: toFact },
  { name: 'service-token-page-near', query: 'world=service-token-near', walk: toFact },
  { name: 'service-token-page-ended', query: 'world=service-token-ended', walk: toFact },
  { name: 'service-token-home', query: 'world=service-token-near' },
  { name: 'service-token-home-ended', query: 'world=service-token-ended', schemes: ['light'] },
];
