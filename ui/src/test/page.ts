// Renders the whole page over a fake world, the way a person meets it.

import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, vi } from 'vitest';
import App from '../App.svelte';
import type { Api } from '../ipc/api';
import { fake, world, type World } from '../ipc/fake';
import { catalogue, NOW } from '../ipc/fixtures';
import { now } from '../state/now.svelte';
import { Router, type Route } from '../state/router.svelte';

export interface Page {
  state: World;
  user: ReturnType<typeof userEvent.setup>;
  router: Router;
  api: Api;
}

export function openPage(over: Partial<World> = {}, route?: Route): Page {
  vi.spyOn(Date, 'now').mockReturnValue(NOW);
  now.refresh();
  // All of them are for the tests of choosing: a role is looked for in every tile.
  const few = catalogue.filter(({ provider }) => ['talkdesk', 'custom-oauth'].includes(provider.id));
  const state = world({ providers: few, ...over });
  const router = new Router();
  if (route) router.route = route;
  const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  const api = fake(state);
  render(App, { api, router });
  return { state, user, router, api };
}

export const button = (name: string | RegExp) => screen.findByRole('button', { name });
export const title = (name: string | RegExp) => screen.findByRole('heading', { level: 1, name });

/** Zero violations, or the test says which. Contrast needs real pixels: the Chromium run judges it. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

export function sent(state: World, name: World['calls'][number][0]): unknown[][] {
  return state.calls.filter(([call]) => call === name).map(([, rest]) => rest);
}

/** From the first step to the values, with an address that names account and region. */
export async function walkToValues({ user }: Page): Promise<void> {
  await title('What are you connecting?');
  await user.click(await button('Continue'));
  await title('Where is your account?');
  await user.type(screen.getByLabelText('Account name or address'), 'https://acme.talkdeskid.eu/login');
  await screen.findByText('https://acme.talkdeskid.eu/oauth/token');
  await user.click(await button('Continue'));
  await title('How does it sign in?');
  await user.click(await button('Continue'));
  await title('Create the client in Talkdesk');
  await user.click(await button('Continue'));
  await title('Enter the values');
}

export async function enterValues({ user }: Page, id: string, secret: string): Promise<void> {
  await user.type(screen.getByLabelText('Client ID'), id);
  await user.type(screen.getByLabelText('Client secret'), secret);
}

export const dialog = async () => within(await screen.findByRole('dialog'));
