// The page "Validator", and the way to each of its states.

const small = { width: 720, height: 560 };

async function toValidator(page) {
  await page.getByRole('button', { name: 'Validator' }).click();
  await page.getByRole('heading', { level: 1, name: 'Validator' }).waitFor();
}

async function fill(page) {
  await toValidator(page);
  await page.getByLabel('Address of the validator').fill('https://bridge.example.com/authorization');
  await page.getByLabel('Value of field 1').fill('pat');
  await page.getByLabel('Value of field 2').fill('correct horse');
}

async function tried(page) {
  await fill(page);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('button', { name: 'Copy the report' }).waitFor();
}

async function wrong(page) {
  await toValidator(page);
  await page.getByLabel('Address of the validator').fill('bridge.example.com');
  await page.getByText('The validator wants to know who calls').click();
  await page.getByLabel('Headers of the caller').fill('a token');
  await page.getByRole('button', { name: 'Add a field' }).click();
  await page.getByLabel('Kind of field 2').selectOption('integer');
  await page.getByLabel('Value of field 2').fill('12a');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('alert').waitFor();
}

async function several(page) {
  await tried(page);
  await page.getByLabel(/^One call, with credentials that work/u).check();
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('Last trials').waitFor();
  await page.getByText('They are not saved').scrollIntoViewIfNeeded();
}

async function local(page) {
  await toValidator(page);
  await page.getByRole('heading', { name: 'A validator on this computer' }).evaluate((one) => one.scrollIntoView());
}

/** The form that an integration makes. */
async function asked(page) {
  await local(page);
  await page.getByRole('button', { name: 'Try this one: Helpdesk' }).click();
  await page.getByLabel('Workspace').fill('12a');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('heading', { name: 'Fields' }).evaluate((one) => one.scrollIntoView());
}

async function suggested(page) {
  await toValidator(page);
  await page.getByLabel('For the product of a connection').selectOption({ index: 1 });
  await page.getByText('Its configuration, for a server').click();
  await page.getByRole('button', { name: 'Save as a file' }).click();
  await page.getByRole('paragraph').filter({ hasText: 'Saved to' }).scrollIntoViewIfNeeded();
}

export const validatorScenes = [
  { name: 'validator-1-empty', walk: toValidator },
  { name: 'validator-1-small', walk: toValidator, size: small, schemes: ['light'] },
  {
    name: 'validator-1-connection',
    schemes: ['light'],
    walk: async (page) => {
      await toValidator(page);
      await page.getByLabel('Fields of a connection').selectOption({ index: 1 });
      await page.getByLabel('Account name').waitFor();
    },
  },
  { name: 'validator-1-asked', query: 'world=trial-local', walk: asked },
  { name: 'validator-1-asked-small', query: 'world=trial-local', walk: asked, size: small, schemes: ['dark'] },
  { name: 'validator-1-asked-zoom', query: 'world=trial-local', walk: asked, zoom: 2, schemes: ['light'] },
  {
    name: 'validator-2-running',
    query: 'slow=60000',
    walk: async (page) => {
      await fill(page);
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByRole('button', { name: 'Stop' }).waitFor();
    },
  },
  { name: 'validator-3-passed', walk: tried },
  { name: 'validator-4-mistakes', query: 'world=trial-mistakes', walk: tried },
  { name: 'validator-4-mistakes-small', query: 'world=trial-mistakes', walk: tried, size: small, schemes: ['dark'] },
  { name: 'validator-4-unreached', query: 'world=trial-unreached', walk: tried, schemes: ['light'] },
  { name: 'validator-5-wrong', walk: wrong },
  { name: 'validator-5-wrong-small', walk: wrong, size: small, schemes: ['light'] },
  { name: 'validator-6-last', walk: several },
  { name: 'validator-8-stopped', walk: local, schemes: ['light'] },
  { name: 'validator-8-suggested', walk: suggested },
  { name: 'validator-8-suggested-small', walk: suggested, size: small, schemes: ['light'] },
  { name: 'validator-8-suggested-zoom', walk: suggested, zoom: 2, schemes: ['light'] },
  { name: 'validator-8-local', query: 'world=trial-local', walk: local },
  { name: 'validator-8-local-small', query: 'world=trial-local', walk: local, size: small, schemes: ['dark'] },
  { name: 'validator-7-zoom', walk: toValidator, zoom: 2, schemes: ['light'] },
];
