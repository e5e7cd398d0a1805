import { screen } from '@testing-library/svelte';
import { describe, it } from 'vitest';
import type { Route } from '../state/router.svelte';
import { button, dialog, enterValues, expectAccessible, openPage, title, walkToValues, type Page } from './page';

const wizard: Route = { name: 'wizard', start: { kind: 'new' } };

const screens: Array<[string, Route | undefined, (page: Page) => Promise<unknown>]> = [
  ['home', undefined, () => button('Support dashboards')],
  ['a passed connection', { name: 'connection', id: 'support-dashboards' }, () => title('Support dashboards')],
  ['a failed connection', { name: 'connection', id: 'wallboard-emea' }, () => screen.findByText('Most likely')],
  [
    'a call with its answer',
    { name: 'connection', id: 'support-dashboards' },
    async ({ user }) => {
      await user.type(await screen.findByLabelText('Path'), '/users/me{Enter}');
      await screen.findByText(/a fresh token was sent/u);
    },
  ],
  [
    'a call with what is wrong with it',
    { name: 'connection', id: 'support-dashboards' },
    async ({ user }) => {
      await user.selectOptions(await screen.findByLabelText('Method'), 'POST');
      await user.click(await button('Add a header'));
      await user.click(await button('Send'));
      await screen.findByText(/The call has no path/u);
    },
  ],
  ['settings', { name: 'settings' }, () => screen.findByText('Working')],
  [
    'practice',
    { name: 'practice' },
    async ({ user }) => {
      await user.click(await button('Start practice'));
      await button('Copy ID, acme');
    },
  ],
  ['about', { name: 'about' }, () => screen.findByText('0.1.0')],
  [
    'export',
    { name: 'connection', id: 'support-dashboards' },
    async ({ user }) => {
      await user.click(await button('Export'));
      await (await dialog()).findByText(/Preview of/u);
    },
  ],
  [
    'rename',
    { name: 'connection', id: 'support-dashboards' },
    async ({ user }) => {
      await user.click(await button('Rename'));
      await dialog();
    },
  ],
  [
    'remove',
    { name: 'connection', id: 'support-dashboards' },
    async ({ user }) => {
      await user.click(await button('Remove connection'));
      await dialog();
    },
  ],
  ['product', wizard, () => title('What are you connecting?')],
  [
    'account with regions',
    wizard,
    async ({ user }) => {
      await user.click(await button('Continue'));
      await user.type(await screen.findByLabelText('Account name or address'), 'globex');
      await user.click(await button('Detect region'));
      await screen.findByText('Found');
    },
  ],
  [
    'sign-in',
    { name: 'wizard', start: { kind: 'like', id: 'support-dashboards' } },
    async ({ user }) => {
      await user.type(await screen.findByLabelText('Account name or address'), 'acme');
      await user.click(await button('Continue'));
      await user.click(await screen.findByText('More options'));
    },
  ],
  [
    'client and scopes',
    { name: 'wizard', start: { kind: 'reconfigure', id: 'support-dashboards' } },
    async ({ user }) => {
      await user.click(await button(/^Client/u));
      await user.type(await screen.findByRole('searchbox'), 'fsi');
    },
  ],
  [
    'values with errors',
    wizard,
    async (page) => {
      await walkToValues(page);
      await page.user.click(await button('Save and prove'));
      await screen.findByRole('alert');
    },
  ],
  [
    'a failed proof',
    wizard,
    async (page) => {
      await walkToValues(page);
      await enterValues(page, 'id', 'wrong');
      await page.user.click(await button('Save and prove'));
      await screen.findByText('Most likely');
    },
  ],
  [
    'hand over',
    wizard,
    async (page) => {
      await walkToValues(page);
      await enterValues(page, 'id', 'good');
      await page.user.click(await button('Save and prove'));
      await screen.findAllByText(/^Proven: acme/u);
      await page.user.click(await button('Continue'));
      await screen.findByText(/System keychain/u);
    },
  ],
];

describe('axe finds nothing on', () => {
  it.each(screens)('%s', async (_name, route, walk) => {
    const page = openPage({}, route);
    await walk(page);
    await expectAccessible();
  });

  it('an empty home', async () => {
    openPage({ connections: [] });
    await screen.findByText('Connect your first account');
    await expectAccessible();
  });
});
