// Practice with whatever system a terminal plays.

import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import * as fixtures from '../ipc/fixtures';
import { button, openPage, sent, title } from './page';

const start = { name: 'wizard', start: { kind: 'new' } } as const;
const practice = fixtures.practisedZendesk;
/** What a terminal plays, and what it does not. */
const providers = fixtures.catalogue.filter((one) => ['talkdesk', 'zendesk'].includes(one.provider.id));

describe('practice that a terminal runs', () => {
  it('is named, and can only be ended there', async () => {
    openPage({ practice, providers }, { name: 'practice' });
    expect(await screen.findByText(/Plays Zendesk/u)).toBeInTheDocument();
    expect(screen.getByText(/A terminal runs it/u)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Stop practice' })).toBeNull();
  });

  it('has a tile of its own and fills in the customer that it knows', async () => {
    const page = openPage({ connections: [], practice, providers }, start);
    await page.user.click(await screen.findByRole('radio', { name: 'Practice: Zendesk' }));
    await page.user.click(await button('Continue'));
    await title('Where is your account?');
    await page.user.click(await button('Use acme'));
    for (const heading of ['How does it sign in?', 'Create the client in Zendesk', 'Enter the values']) {
      await page.user.click(await button('Continue'));
      await title(heading);
    }
    expect(screen.getByText('A pretend Zendesk on this computer. Nothing is real.')).toBeInTheDocument();
    await page.user.click(await button('Fill in those of acme'));
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({
      provider: 'zendesk',
      practice: true,
      variables: { subdomain: 'acme' },
      client_id: practice.customer?.client_id,
      client_secret: practice.customer?.client_secret,
    });
  });

  it('is asked for by its command when a draft is taken up and nothing plays its system', async () => {
    const draft = JSON.stringify({
      version: 1,
      step: 'account',
      provider: 'zendesk',
      practice: true,
      input: 'acme',
      variables: { subdomain: 'acme' },
      authentication: 'client_secret_post',
      encoding: null,
      scopes: ['read'],
      ticks: [],
    });
    openPage({ connections: [], draft, providers }, { name: 'wizard', start: { kind: 'resume' } });
    await title('Where is your account?');
    await waitFor(() => expect(screen.getByText('proofkey sandbox --provider zendesk')).toBeInTheDocument());
  });
});
