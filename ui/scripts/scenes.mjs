// Every screen worth a look, and the way to it.

import { callScenes } from './scenes-call.mjs';
import { eventScenes } from './event-scenes.mjs';
import { keyScenes } from './scenes-keys.mjs';
import { products } from './scenes-products.mjs';
import { rotationScenes } from './rotation-scenes.mjs';
import { serviceTokenScenes } from './service-token-scenes.mjs';
import { sheetScenes } from './sheet-scenes.mjs';
import { validatorScenes } from './validator-scenes.mjs';

const click = (page, name, role = 'button') => page.getByRole(role, { name }).first().click();
const next = (page) => page.getByRole('button', { name: 'Continue', exact: true }).click();

async function toAccount(page) {
  await click(page, 'New connection');
  await next(page);
  await page.getByLabel('Account name or address').fill('https://acme.talkdeskid.eu/login');
  await page.getByText('https://acme.talkdeskid.eu/oauth/token').first().waitFor();
}

async function toClient(page) {
  await toAccount(page);
  await next(page);
  await page.getByRole('heading', { name: 'How does it sign in?' }).waitFor();
  await next(page);
  await page.getByRole('heading', { name: 'Create the client in Talkdesk' }).waitFor();
}

async function toValues(page) {
  await toClient(page);
  await next(page);
  await page.getByRole('heading', { name: 'Enter the values' }).waitFor();
}

async function toProof(page, secret) {
  await toValues(page);
  await page.getByLabel('Client ID').fill('f0c1a4d2e5b64f7a9c3d1e8b7a605142');
  await page.getByLabel('Client secret', { exact: true }).fill(secret);
  await click(page, 'Save and prove');
}

async function toKeep(page) {
  await toProof(page, 'a-good-secret-of-some-length');
  await page.getByText('Proven: acme').first().waitFor();
  await next(page);
  await page.getByText('System keychain').first().waitFor();
}

/** To the client step of a connection that a person approves. */
async function toPersonClient(page) {
  await toAccount(page);
  await next(page);
  await page.getByRole('radio', { name: 'A person approves' }).check();
  await next(page);
  await page.getByText('Address to register').first().waitFor();
}

async function toSaved(page) {
  await toPersonClient(page);
  await next(page);
  await page.getByLabel('Client ID').fill('f0c1a4d2e5b64f7a9c3d1e8b7a605142');
  await page.getByLabel('Client secret', { exact: true }).fill('a-good-secret-of-some-length');
  await page.getByLabel('Name').fill('Agent desktop');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').waitFor();
}

async function toBrowser(page) {
  await click(page, 'Agent desktop');
  await click(page, /^Authorize/);
  await page.getByLabel('Link', { exact: true }).waitFor();
}

const small = { width: 720, height: 560 };

export const scenes = [
  ...callScenes,
  ...rotationScenes,
  ...serviceTokenScenes,
  ...sheetScenes,
  ...validatorScenes,
  ...eventScenes,
  ...products,
  ...keyScenes,
  { name: 'home', walk: (page) => page.getByText('Support dashboards').first().waitFor() },
  { name: 'home-small', size: small, walk: (page) => page.getByText('Support dashboards').first().waitFor() },
  { name: 'home-zoom', zoom: 2, walk: (page) => page.getByText('Support dashboards').first().waitFor() },
  { name: 'home-text', text: 1.75, schemes: ['light'], walk: (page) => page.getByText('Support dashboards').waitFor() },
  { name: 'home-forced', forced: true, walk: (page) => page.getByText('Support dashboards').first().waitFor() },
  { name: 'home-empty', query: 'world=empty', walk: (page) => page.getByText('Connect your first').first().waitFor() },
  {
    name: 'home-unreadable',
    query: 'world=unreadable',
    schemes: ['light'],
    walk: (page) => page.getByText('could not be read').first().waitFor(),
  },
  {
    name: 'home-draft',
    walk: async (page) => {
      await toClient(page);
      await click(page, 'Save draft and close');
      await page.getByText('Unfinished connection').first().waitFor();
    },
  },
  { name: 'wizard-1-product', walk: (page) => click(page, 'New connection') },
  { name: 'wizard-2-account', walk: toAccount },
  {
    name: 'wizard-2-regions',
    walk: async (page) => {
      await click(page, 'New connection');
      await next(page);
      await page.getByLabel('Account name or address').fill('globex');
      await click(page, 'Detect region');
      await page.getByText('Found in Europe').first().waitFor();
    },
  },
  {
    name: 'wizard-2-errors',
    walk: async (page) => {
      await click(page, 'New connection');
      await next(page);
      await page.getByLabel('Account name or address').fill('https://acme.talkdeskid.com.example.net');
      await next(page);
      await page.getByText('One thing needs').first().waitFor();
    },
  },
  {
    name: 'wizard-2-practice',
    walk: async (page) => {
      await click(page, 'New connection');
      await page.getByRole('radio', { name: 'Practice' }).check();
      await next(page);
      await click(page, 'Use acme');
      await page.getByText('acme.talkdeskid.com/oauth').first().waitFor();
    },
  },
  {
    name: 'wizard-3-signin',
    walk: async (page) => {
      await toAccount(page);
      await next(page);
      await page.getByText('More options').click();
    },
  },
  { name: 'wizard-4-client', walk: toClient },
  { name: 'wizard-4-client-small', size: small, schemes: ['light'], walk: toClient },
  {
    name: 'wizard-4-scopes',
    walk: async (page) => {
      await toClient(page);
      const search = page.getByRole('searchbox', { name: 'Search scopes' });
      await search.fill('users:read');
      await search.press('Enter');
      await search.fill('guardian-session:read');
      await click(page, 'Add “guardian-session:read”');
      await search.fill('fsi');
      await page.getByText('Did you mean').first().waitFor();
      await page.getByRole('region', { name: 'Add scopes' }).evaluate((list) => list.scrollIntoView({ block: 'end' }));
    },
  },
  {
    name: 'wizard-5-values',
    walk: async (page) => {
      await toValues(page);
      await page.getByLabel('Client ID').fill('f0c1a4d2e5b64f7a9c3d1e8b7a605142');
      await page.getByLabel('Client secret', { exact: true }).fill('a-secret-with-a-blank-at-the-end-of-it  ');
      await page.getByLabel('Client ID').focus();
      await page.getByText('There is a blank').first().waitFor();
    },
  },
  {
    name: 'wizard-5-errors',
    walk: async (page) => {
      await toValues(page);
      await click(page, 'Save and prove');
      await page.getByText('2 things need').first().waitFor();
    },
  },
  {
    name: 'wizard-6-running',
    query: 'slow=1500',
    walk: async (page) => {
      await toProof(page, 'a-good-secret-of-some-length');
      await page.getByText('12 ms').first().waitFor();
      await page.getByText('In progress').first().waitFor();
    },
  },
  {
    name: 'wizard-6-failed',
    walk: async (page) => {
      await toProof(page, 'wrong-secret-on-purpose');
      await page.getByText('Most likely').first().waitFor();
    },
  },
  {
    name: 'wizard-6-proven',
    walk: async (page) => {
      await toProof(page, 'a-good-secret');
      await page.getByText('Proven: acme').first().waitFor();
    },
  },
  {
    name: 'wizard-6-zoom',
    zoom: 2,
    schemes: ['light'],
    walk: async (page) => {
      await toProof(page, 'wrong-secret');
      await page.getByText('Most likely').first().waitFor();
    },
  },
  { name: 'wizard-7-keep', walk: toKeep },
  { name: 'wizard-4-zoom', zoom: 2, schemes: ['light'], walk: toClient },
  {
    name: 'wizard-6-failed-end',
    schemes: ['light'],
    walk: async (page) => {
      await toProof(page, 'wrong-secret-on-purpose');
      await page.getByRole('button', { name: 'Copy details' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'wizard-6-evidence',
    schemes: ['light'],
    walk: async (page) => {
      await toProof(page, 'a-good-secret');
      await page.getByText('Proven: acme').first().waitFor();
      await page.getByText('The server can be trusted').click();
    },
  },
  { name: 'home-approvals', query: 'world=approvals', walk: (page) => page.getByText('Sign in again').waitFor() },
  {
    name: 'approval-1-signin',
    walk: async (page) => {
      await toAccount(page);
      await next(page);
      await page.getByRole('radio', { name: 'A person approves' }).check();
    },
  },
  { name: 'approval-2-client', walk: toPersonClient },
  { name: 'approval-2-client-small', size: small, schemes: ['light'], walk: toPersonClient },
  {
    name: 'approval-2-guide',
    schemes: ['light'],
    walk: async (page) => {
      await toPersonClient(page);
      await page.getByText('Register the redirect address').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'approval-2-own',
    schemes: ['light'],
    walk: async (page) => {
      await toPersonClient(page);
      await click(page, 'Use an https address');
      await page.getByLabel('Your https address').fill('http://example.com/authorized');
      await next(page);
      await page.getByText('does not begin with https').first().waitFor();
    },
  },
  {
    name: 'approval-3-values',
    schemes: ['light'],
    walk: async (page) => {
      await toPersonClient(page);
      await next(page);
      await page.getByLabel('Client ID').waitFor();
    },
  },
  { name: 'approval-4-ask', walk: toSaved },
  { name: 'approval-4-ask-zoom', zoom: 2, schemes: ['light'], walk: toSaved },
  {
    name: 'approval-5-required',
    walk: async (page) => {
      await toSaved(page);
      await click(page, 'Go to settings');
      await page.getByText('Nobody has approved').waitFor();
    },
  },
  { name: 'approval-6-waiting', query: 'world=waiting', walk: toBrowser },
  { name: 'approval-6-waiting-small', query: 'world=waiting', size: small, walk: toBrowser },
  { name: 'approval-6-waiting-zoom', query: 'world=waiting', zoom: 2, schemes: ['light'], walk: toBrowser },
  {
    name: 'approval-6-paste-wrong',
    query: 'world=waiting',
    walk: async (page) => {
      await toBrowser(page);
      await page.getByText('Paste the address you landed on').click();
      await page.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:49213/authorized/elsewhere?code=x');
      await click(page, 'Continue');
      await page.getByText('belongs to another').first().waitFor();
    },
  },
  { name: 'approval-6-must-paste', query: 'world=must-paste', walk: toBrowser },
  {
    name: 'approval-6-steps',
    query: 'world=slow-keeping',
    walk: async (page) => {
      await click(page, 'Agent desktop');
      await click(page, /^Authorize/);
      await page.locator('li[aria-current="step"]', { hasText: 'keychain' }).waitFor();
    },
  },
  {
    name: 'approval-7-receipt',
    query: 'world=approvals',
    walk: async (page) => {
      await click(page, 'Agent desktop');
      await page.getByText('Ada Lovelace').waitFor();
    },
  },
  {
    name: 'approval-7-receipt-differs',
    query: 'world=approvals',
    walk: async (page) => {
      await click(page, 'Field service');
      await page.getByText('not granted').first().waitFor();
    },
  },
  {
    name: 'approval-7-receipt-zoom',
    query: 'world=approvals',
    zoom: 2,
    schemes: ['dark'],
    walk: async (page) => {
      await click(page, 'Field service');
      await page.getByText('Approved by').scrollIntoViewIfNeeded();
    },
  },
  { name: 'approval-8-denied', query: 'world=approvals', walk: (page) => click(page, 'Denied') },
  { name: 'approval-8-denied-small', size: small, query: 'world=approvals', walk: (page) => click(page, 'Denied') },
  { name: 'approval-8-wrong-person', query: 'world=approvals', walk: (page) => click(page, 'Wrong person') },
  { name: 'approval-8-locked', query: 'world=approvals', walk: (page) => click(page, 'Locked') },
  { name: 'approval-8-sign-in-again', query: 'world=approvals', walk: (page) => click(page, 'Dead token') },
  {
    name: 'approval-9-removed',
    query: 'world=approvals',
    walk: async (page) => {
      await click(page, 'Agent desktop');
      await click(page, 'Remove connection');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove connection' }).click();
      await page.getByText('was removed').first().waitFor();
    },
  },
  {
    name: 'wizard-1-other',
    walk: async (page) => {
      await click(page, 'New connection');
      await page.getByRole('radio', { name: 'Something else' }).check();
      await page.getByRole('textbox', { name: 'Issuer address' }).fill('https://nowhere.example');
      await next(page);
      await page.getByText('does not publish').first().waitFor();
    },
  },
  { name: 'connection', walk: (page) => click(page, 'Support dashboards') },
  { name: 'connection-failed', walk: (page) => click(page, 'Wallboard EMEA') },
  { name: 'connection-zoom', zoom: 2, schemes: ['light'], walk: (page) => click(page, 'Support dashboards') },
  {
    name: 'connection-end',
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await page.getByText('Where these values come from').click();
      await page.getByRole('button', { name: 'Remove connection' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'connection-unproven', schemes: ['light'], walk: (page) => click(page, 'Rehearsal') },
  { name: 'connection-small', size: small, schemes: ['dark'], walk: (page) => click(page, 'Nightly reports') },
  {
    name: 'export',
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await click(page, 'Export');
      await page.getByText('Preview of').first().waitFor();
    },
  },
  {
    name: 'export-zoom',
    zoom: 2,
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await click(page, 'Export');
      await page.getByText('Preview of').first().waitFor();
    },
  },
  {
    name: 'export-plain',
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await click(page, 'Export');
      await page.getByRole('radio', { name: 'Include in plain text' }).check();
      await click(page, 'Save file');
      await page.getByText('not the name yet').first().waitFor();
    },
  },
  {
    name: 'export-done',
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await click(page, 'Export');
      await click(page, 'Save file');
      await page.getByText('Saved and read back').first().waitFor();
    },
  },
  {
    name: 'remove',
    schemes: ['dark'],
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await click(page, 'Remove connection');
    },
  },
  {
    name: 'rename',
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'Support dashboards');
      await click(page, 'Rename');
    },
  },
  {
    name: 'settings',
    walk: async (page) => {
      await click(page, 'Settings');
      await page.getByText('Secret Service').first().waitFor();
    },
  },
  {
    name: 'settings-end',
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'Settings');
      await page.getByRole('radio', { name: 'This one' }).check();
      await page.getByRole('button', { name: 'Save network settings' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings-zoom',
    zoom: 2,
    schemes: ['light'],
    walk: async (page) => {
      await click(page, 'Settings');
      await page.getByText('Secret Service').first().waitFor();
    },
  },
  { name: 'practice-idle', schemes: ['light'], walk: (page) => click(page, 'Practice') },
  {
    name: 'practice',
    walk: async (page) => {
      await click(page, 'Practice');
      await click(page, 'Start practice');
      await page.getByText('globex').first().waitFor();
    },
  },
  {
    name: 'about',
    walk: async (page) => {
      await click(page, 'About');
      await page.getByText('0.1.0').first().waitFor();
    },
  },
];
