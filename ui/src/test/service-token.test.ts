import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { longLived } from '../ipc/fake-service-token';
import { connection } from '../ipc/fixtures';
import { stageLabel } from '../lib/wording';
import { button, enterValues, expectAccessible, openPage, sent, title, type Page } from './page';

const start = { name: 'wizard', start: { kind: 'new' } } as const;
const at = { name: 'connection', id: 'support-dashboards' } as const;
const DAYS = 'How many days it lives';

async function walkToSignin({ user }: Page): Promise<void> {
  await title('What are you connecting?');
  await user.click(await button('Continue'));
  await title('Where is your account?');
  await user.type(screen.getByLabelText('Account name or address'), 'https://acme.talkdeskid.eu/login');
  await screen.findByText('https://acme.talkdeskid.eu/oauth/token');
  await user.click(await button('Continue'));
  await title('How does it sign in?');
}

async function choose({ user }: Page, days: string | null): Promise<void> {
  await user.click(screen.getByRole('radio', { name: 'A service token' }));
  if (days === null) return;
  await user.clear(screen.getByLabelText(DAYS));
  if (days !== '') await user.type(screen.getByLabelText(DAYS), days);
}

async function save(page: Page): Promise<void> {
  await page.user.click(await button('Continue'));
  await title('Create the client in Talkdesk');
  await page.user.click(await button('Continue'));
  await title('Enter the values');
  await enterValues(page, 'f0c1a4d2e5b64f7a9c3d1e8b7a605142', 'a-good-secret-of-some-length');
  await page.user.click(await button('Save and prove'));
  await title('Prove it');
}

describe('the wish for a service token', () => {
  it('starts from the usual tokens, and says what a service token means before it is chosen', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToSignin(page);
    expect(screen.getByRole('radio', { name: 'Usual tokens (about 10 minutes)' })).toBeChecked();
    expect(screen.queryByLabelText(DAYS)).not.toBeInTheDocument();
    await choose(page, null);
    expect(screen.getByLabelText(DAYS)).toHaveValue('30');
    expect(screen.getByText(/From 1 day to 365 days/u)).toBeInTheDocument();
    expect(screen.getByText(/Whoever has it can use it until it ends/u)).toBeInTheDocument();
    expect(screen.getByText(/Only some Talkdesk APIs take a service token/u)).toBeInTheDocument();
    await expectAccessible();
    await save(page);
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({ service_token: { lifetime_seconds: 2_592_000 } });
  });

  it('is not sent when the usual tokens are chosen again, or a person approves', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToSignin(page);
    await choose(page, '7');
    await page.user.click(screen.getByRole('radio', { name: 'A person approves' }));
    expect(screen.queryByRole('radio', { name: 'A service token' })).not.toBeInTheDocument();
    await page.user.click(screen.getByRole('radio', { name: 'A server signs in by itself' }));
    expect(screen.getByLabelText(DAYS)).toHaveValue('7');
    await page.user.click(screen.getByRole('radio', { name: /^Usual tokens/u }));
    await save(page);
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({ service_token: null });
  });

  it('says at the field what is wrong with its life', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToSignin(page);
    await choose(page, '');
    await page.user.click(await button('Continue'));
    const link = await screen.findByRole('link', { name: /Enter the number of days/u });
    await page.user.click(link);
    expect(screen.getByLabelText(DAYS)).toHaveFocus();
    for (const days of ['400', '0.5']) {
      await choose(page, days);
      await page.user.click(await button('Continue'));
      expect(await screen.findByRole('link', { name: /issues service tokens for 1 day to 365 days/u })).toBeVisible();
    }
    expect(screen.getByLabelText(DAYS)).toBeInvalid();
  });

  it('is kept when the connection is reconfigured, to the second', async () => {
    const odd = longLived(20, { service_token: { lifetime_seconds: 31_556_952 } });
    const page = openPage({ connections: [odd] }, { name: 'wizard', start: { kind: 'reconfigure', id: odd.id } });
    await page.user.click(await button(/^Sign-in/u));
    await title('How does it sign in?');
    expect(screen.getByRole('radio', { name: 'A service token' })).toBeChecked();
    await page.user.click(await button('Continue'));
    const { service_token } = (sent(page.state, 'reviewDraft').at(-1)?.[0] ?? {}) as { service_token?: unknown };
    expect(service_token).toEqual({ lifetime_seconds: 31_556_952 });
  });

  it('comes back with a kept draft', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToSignin(page);
    await choose(page, '90');
    await page.user.click(await button('Save draft and close'));
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    expect(screen.getByRole('radio', { name: 'A service token' })).toBeChecked();
    expect(screen.getByLabelText(DAYS)).toHaveValue('90');
  });
});

describe('the end of a service token', () => {
  it.each([
    [29.99, /^Asked for 30 days; ends on 22 December 2026 \(in 29 days\)$/u, false],
    [2.01, /ends on 24 November 2026 \(in 2 days\)/u, true],
    [0.2, /\(in 4 hours\)/u, true],
    [-2.01, /ended on 20 November 2026 \(2 days ago\).*The next proof asks for a new one/u, true],
    [null, /^Asked for 30 days; none is kept yet$/u, false],
  ])('is counted down on the page of the connection: %s days', async (left, words, warned) => {
    openPage({ connections: [longLived(left)] }, at);
    await title('Support dashboards');
    const fact = (await screen.findByText('Service token')).nextElementSibling;
    const text = (fact?.textContent ?? '').replaceAll(/\s+/gu, ' ').trim();
    // The exact moment is in the tooltip.
    expect(text.replace(/ \d+ \w+ 2026 at [\d:]+/u, '').trim()).toMatch(words);
    expect(fact?.querySelector('svg') !== null).toBe(warned);
    expect(screen.queryByText('Access tokens last')).not.toBeInTheDocument();
  });

  it('shows among the connections when it is near or past, and not before', async () => {
    const each = [20, 13.5, -1.5].map((left) => longLived(left, { id: `t${left}`, name: `Token ${left}` }));
    openPage({ connections: [...each, connection()] });
    await button('Token 20');
    const told = screen.getAllByText(/^Service token end/u).map((one) => one.textContent.trim());
    expect(told).toEqual(['Service token ends in 13 days', 'Service token ended 1 day ago']);
    await expectAccessible();
  });

  it('changes the words of the stages that it changes', () => {
    expect(stageLabel('api', longLived(3))).toBe('The service token is good');
    expect(stageLabel('token', longLived(3))).toMatch(/service token/u);
    expect(stageLabel('api', connection())).toBe('The API answers');
  });
});
