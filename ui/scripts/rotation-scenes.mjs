// Credentials that are being replaced, in every state.

const open = (page) => page.getByRole('button', { name: 'Support dashboards' }).first().click();

async function toSection(page) {
  await open(page);
  await page.getByRole('heading', { name: 'Credentials' }).scrollIntoViewIfNeeded();
}

async function toDialog(page) {
  await toSection(page);
  await page.getByRole('button', { name: 'Replace credentials' }).click();
  await page.getByRole('dialog').waitFor();
}

async function look(page) {
  await toSection(page);
  await page.getByRole('button', { name: 'Check and forget the old ones' }).click();
  await page.getByRole('button', { name: 'Forget without a check' }).waitFor();
}

async function forget(page) {
  await look(page);
  await page.getByRole('button', { name: 'Forget without a check' }).click();
  await page.getByRole('dialog').waitFor();
}

export const rotationScenes = [
  { name: 'rotation-none', walk: toSection },
  { name: 'rotation-waits', query: 'world=rotation-waits', walk: toSection },
  { name: 'rotation-proven', query: 'world=rotation-proven', walk: toSection },
  { name: 'rotation-grace', query: 'world=rotation-grace', walk: toSection },
  {
    name: 'rotation-grace-small',
    query: 'world=rotation-grace',
    size: { width: 720, height: 560 },
    schemes: ['light'],
    walk: toSection,
  },
  { name: 'rotation-compromise', query: 'world=rotation-compromise', walk: toSection },
  { name: 'rotation-dialog', walk: toDialog },
  {
    name: 'rotation-dialog-errors',
    walk: async (page) => {
      await toDialog(page);
      await page.getByRole('button', { name: 'Keep and prove' }).click();
      await page.getByText('Enter the new client secret').first().waitFor();
    },
  },
  {
    name: 'rotation-proof-failed',
    walk: async (page) => {
      await toDialog(page);
      await page.getByLabel('New client secret').fill('a-wrong-secret-of-some-length');
      await page.getByRole('button', { name: 'Keep and prove' }).click();
      await page.getByText('The proof failed').first().waitFor();
      await page.getByRole('heading', { name: 'Credentials', exact: true }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'rotation-acknowledge',
    query: 'world=rotation-grace',
    walk: async (page) => {
      await toSection(page);
      await page.getByRole('button', { name: 'Confirm to the provider' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'rotation-still-taken', query: 'world=rotation-grace', walk: look },
  { name: 'rotation-forget', query: 'world=rotation-grace', walk: forget },
  { name: 'rotation-forget-zoom', query: 'world=rotation-grace', zoom: 2, schemes: ['light'], walk: forget },
];
