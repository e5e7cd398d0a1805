import { render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from '../App.svelte';
import { problem, type World } from '../ipc/fake';
import { approving, denied, locked, wrongPaste, wrongPerson } from '../ipc/fake-scenes';
import * as fixtures from '../ipc/fixtures';
import { live } from '../state/live.svelte';
import { button, dialog, enterValues, expectAccessible, openPage, sent, title, type Page } from './page';

const { consent } = fixtures;
const at = { name: 'connection', id: 'agent-desktop' } as const;
const when = new Date(fixtures.NOW - 60_000).toISOString();

/** The page of one connection that a person approves. */
function open(over: Parameters<typeof approving>[1] = {}, script: Partial<World['approval']> = {}): Page {
  return openPage(
    {
      connections: [approving('Agent desktop', over)],
      reports: {},
      approval: { ...structuredClone(fixtures.approval), ...script },
    },
    at,
  );
}

/** From the first step to the client of a connection that a person approves. */
async function walkToClient({ user }: Page): Promise<void> {
  await user.click(await button('Continue'));
  await user.type(await screen.findByLabelText('Account name or address'), 'https://acme.talkdeskid.eu/login');
  await screen.findByText('https://acme.talkdeskid.eu/oauth/token');
  await user.click(await button('Continue'));
  await user.click(await screen.findByRole('radio', { name: 'A person approves' }));
  await user.click(await button('Continue'));
  await title('Create the client in Talkdesk');
}

async function walkToSaved(page: Page): Promise<void> {
  await walkToClient(page);
  await screen.findByText(/127\.0\.0\.1:49213/u);
  await page.user.click(await button('Continue'));
  await enterValues(page, 'id', 'good');
  await page.user.click(await button('Save'));
  await screen.findByRole('dialog');
}

const wizard = { name: 'wizard', start: { kind: 'new' } } as const;

describe('a connection that a person approves', () => {
  it('shows the address to register, the scopes with their reasons and the notes before anybody leaves', async () => {
    const page = openPage({}, wizard);
    await walkToClient(page);
    const address = await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\/authorized\//u);
    await page.user.click(screen.getAllByRole('button', { name: 'Copy address' })[0] as HTMLElement);
    expect(await navigator.clipboard.readText()).toBe(address.textContent);
    expect(screen.getByText(/Talkdesk Workspace/u)).toBeInTheDocument();
    expect(screen.getByText(/does not say whether it takes a redirect address on your own/u)).toBeInTheDocument();
    expect(screen.getByText(/refresh_token is among them/u)).toBeInTheDocument();
    expect(screen.queryByText(/Allow it to sign in by itself/u)).not.toBeInTheDocument();
    await page.user.click(await button('Remove refresh_token'));
    await page.user.click(await button('Add refresh_token'));
    expect(screen.getByText(/refresh_token is among them/u)).toBeInTheDocument();
    await expectAccessible();
  });

  it('shows the address though the answer about an earlier draft comes later', async () => {
    const page = openPage({}, wizard);
    const { reviewDraft } = page.api;
    let early: (() => void) | null = null;
    let asked = 0;
    page.api.reviewDraft = async (draft, changing) => {
      const review = await reviewDraft(draft, changing);
      // The sign-in step asks once before the step that this is about.
      if (draft.grant === 'authorization_code' && draft.redirect === null) asked += 1;
      if (asked === 2 && early === null) await new Promise<void>((resolve) => (early = resolve));
      return review;
    };
    await walkToClient(page);
    await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\//u);
    await waitFor(() => expect(early).not.toBeNull());
    (early as unknown as () => void)();
    // All that follows from the answer has happened after one turn.
    await new Promise((resolve) => setTimeout(resolve));
    expect(await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\//u)).toBeInTheDocument();
  });

  it('takes an https address of the person’s own, judged by Rust, and names every address of several', async () => {
    const page = openPage({}, wizard);
    await walkToClient(page);
    await page.user.click(await button('Use an https address of my own'));
    await page.user.type(await screen.findByLabelText('Your https address'), 'http://example.com/authorized');
    await page.user.click(await button('Continue'));
    expect(await screen.findByLabelText('Your https address')).toHaveAccessibleDescription(/begin with https/u);
    await page.user.click(await button('Use an address on this computer'));
    expect(await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\//u)).toBeInTheDocument();
    expect(sent(page.state, 'proposeRedirect')).toHaveLength(1);
  });

  it('keeps grant and redirect in the draft, which survives leaving', async () => {
    const page = openPage({}, wizard);
    await walkToClient(page);
    await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\//u);
    await page.user.click(await button('Save draft and close'));
    page.state.redirect = { kind: 'loopback', host: 'address', ports: [50000], path: '/authorized/other' };
    await page.user.click(await button('Continue'));
    await title('Create the client in Talkdesk');
    expect(await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\//u)).toBeInTheDocument();
  });

  it('asks after saving, with two ways on, and Escape is the quiet one', async () => {
    const page = openPage({}, wizard);
    await walkToSaved(page);
    const box = await dialog();
    expect(box.getByRole('button', { name: 'Authorize' })).toHaveFocus();
    await expectAccessible();
    await page.user.click(box.getByRole('button', { name: 'Go to settings' }));
    await title('Talkdesk acme');
    expect(screen.getAllByText('Authorization required')).not.toHaveLength(0);
    expect(screen.queryByRole('button', { name: /Validate|Prove/u })).not.toBeInTheDocument();
    expect(await button('Export')).toBeDisabled();
    expect(sent(page.state, 'beginAuthorization')).toHaveLength(0);
    const [draft] = sent(page.state, 'addConnection')[0] as [{ grant: string; redirect: unknown }];
    expect(draft.grant).toBe('authorization_code');
    expect(draft.redirect).toEqual(fixtures.redirect);
  });

  it('lands on its page with the receipt, and is proven at once', async () => {
    const page = openPage({}, wizard);
    await walkToSaved(page);
    await page.user.click((await dialog()).getByRole('button', { name: 'Authorize' }));
    expect(await screen.findByText('Ada Lovelace')).toBeInTheDocument();
    expect(screen.getByText(/Renews by itself/u)).toBeInTheDocument();
    expect(await screen.findAllByText(/^Proven: acme/u)).not.toHaveLength(0);
    expect(sent(page.state, 'validate')).toHaveLength(1);
    expect(document.body.textContent).not.toContain('good');
    await expectAccessible();
  });
});

describe('while the browser is out', () => {
  it('shows the link, the browser and the time, and can open again and cancel', async () => {
    const page = open({}, { hold: true });
    await page.user.click(await button('Authorize'));
    expect(await screen.findByText(/^Firefox was opened/u)).toBeInTheDocument();
    expect(screen.getByLabelText('Link')).toHaveValue(fixtures.approval.waiting.url);
    expect(screen.getByRole('timer')).toHaveTextContent('4:52');
    expect(screen.getByText('Waiting for approval')).toBeInTheDocument();
    await expectAccessible();
    await page.user.click(await button('Open again'));
    expect(sent(page.state, 'openBrowserAgain')).toEqual([['agent-desktop']]);
    await page.user.click(await button('Cancel'));
    expect(await screen.findByText('Stopped. Nothing was changed.', { selector: 'p.line' })).toBeInTheDocument();
    expect(await button('Authorize')).toBeEnabled();
  });

  it('takes the address they landed on, and a wrong one ends nothing', async () => {
    const page = open({}, { hold: true, wrongPaste });
    await page.user.click(await button('Authorize'));
    await page.user.click(await screen.findByText('Paste the address you landed on'));
    const field = screen.getByLabelText('Address');
    await page.user.type(field, 'http://127.0.0.1:49213/elsewhere?code=x');
    await page.user.click(screen.getByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(field).toHaveAccessibleDescription(/belongs to another attempt/u));
    expect(field).toHaveFocus();
    expect(screen.getByRole('timer')).toBeInTheDocument();
    page.state.approval.wrongPaste = null;
    await page.user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(await screen.findByText('Ada Lovelace')).toBeInTheDocument();
  });

  it('has the field open when there is no way back, and says why no browser came', async () => {
    const waiting = {
      ...fixtures.approval.waiting,
      browser: null,
      must_paste: true,
      browser_problem: problem({ summary: 'No browser could be started here.', remedy: 'Copy the link.' }),
    };
    const page = open({}, { hold: true, waiting, notices: ['Twenty requests had a wrong state.'] });
    await page.user.click(await button('Authorize'));
    expect(await screen.findByLabelText('Address')).toBeVisible();
    expect(screen.getByText(/No browser could be started here/u)).toBeInTheDocument();
    expect(screen.getByText(/Twenty requests/u)).toBeInTheDocument();
    await page.user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByLabelText('Address')).toHaveAccessibleDescription(/Paste the address first/u);
    await expectAccessible();
  });

  it('goes on while another screen is looked at, and the list says how it ended', async () => {
    const page = open({}, { hold: true });
    await page.user.click(await button('Authorize'));
    await screen.findByRole('timer');
    await page.user.click(screen.getAllByRole('button', { name: 'Connections' })[0] as HTMLElement);
    expect(await screen.findByText('Waiting for approval')).toBeInTheDocument();
    await page.api.pasteRedirect('agent-desktop', '');
    expect(await screen.findByText('Never proven')).toBeInTheDocument();
    expect(live.note).toBe('Authorized');
  });

  it('is joined again by its page, and not begun twice', async () => {
    const page = open({}, { hold: true });
    await page.user.click(await button('Authorize'));
    await screen.findByRole('timer');
    page.router.go({ name: 'home' });
    await title('Connections');
    page.router.go(at);
    expect(await screen.findByRole('timer')).toBeInTheDocument();
    expect(sent(page.state, 'beginAuthorization')).toHaveLength(1);
    await page.api.pasteRedirect('agent-desktop', '');
    expect(await screen.findByText('Ada Lovelace')).toBeInTheDocument();
  });

  it('is found again by a page that was loaded anew', async () => {
    const page = openPage({ connections: [approving('Agent desktop', {})], reports: {} });
    page.state.approval.hold = true;
    const { api } = page;
    const before = api.beginAuthorization('agent-desktop', false, () => undefined);
    document.body.replaceChildren();
    render(App, { api });
    expect(await screen.findByRole('timer')).toHaveTextContent('4:52');
    await api.pasteRedirect('agent-desktop', 'http://127.0.0.1:49213/');
    await expect(before).resolves.toMatchObject({ account: 'acme' });
    expect(await screen.findByText('Ada Lovelace')).toBeInTheDocument();
  });
});

describe('an authorization that failed', () => {
  it('quotes the server, explains, and offers both ways on', async () => {
    const page = open({}, { failure: { step: 'waiting', problem: denied } });
    await page.user.click(await button('Authorize'));
    const list = within(await screen.findByRole('region', { name: 'Authorization' }));
    expect(await list.findByText(/access_denied – The resource owner/u)).toBeInTheDocument();
    expect(list.getByText(/the approval was refused/u)).toBeInTheDocument();
    expect(list.getAllByText('Not reached')).toHaveLength(4);
    expect(await screen.findByText(/^Authorization failed/u, { selector: 'span' })).toBeInTheDocument();
    expect(await button('Authorize again')).toBeEnabled();
    await expectAccessible();
    await page.user.click(await button('Reconfigure'));
    await title('Where is your account?');
    expect(screen.getByLabelText('Account name or address')).toHaveValue('acme');
    await page.user.click(await button(/^Client/u));
    expect(await screen.findByText(/^http:\/\/127\.0\.0\.1:49213\//u)).toBeInTheDocument();
    await page.user.click(await button(/^Values/u));
    await page.user.click(await button('Save'));
    expect((await dialog()).getByRole('button', { name: 'Authorize' })).toBeInTheDocument();
  });

  it('is shown again as it was kept', async () => {
    open({ failure: { at: when, step: 'waiting', problem: denied } });
    expect(await screen.findByText(/access_denied/u)).toBeInTheDocument();
    expect(screen.getByText(/^Authorization failed/u, { selector: 'span' })).toHaveTextContent('1 minute ago');
  });

  it('names another person, and takes them only when told to', async () => {
    const failure = { at: when, step: 'verifying', problem: wrongPerson } as const;
    const page = open({ standing: 'authorized', consent, failure });
    expect(await screen.findByText(/Grace Hopper \(grace@acme.example\) approved/u)).toBeInTheDocument();
    expect(screen.getByText('The approval from before still holds.')).toBeInTheDocument();
    await page.user.click(await button('Use this person from now on'));
    await waitFor(() => expect(screen.queryByText(/Grace Hopper/u)).not.toBeInTheDocument());
    expect(sent(page.state, 'beginAuthorization')[0]?.slice(0, 2)).toEqual(['agent-desktop', true]);
  });

  it('keeps what came while the keychain was locked, without a new sign-in', async () => {
    const page = open({ unsaved: true, failure: { at: when, step: 'keeping', problem: locked } });
    await page.user.click(await button('Unlock and try again'));
    expect(await screen.findByText('Ada Lovelace')).toBeInTheDocument();
    expect(sent(page.state, 'retryKeeping')).toEqual([['agent-desktop']]);
    expect(sent(page.state, 'beginAuthorization')).toHaveLength(0);
  });

  it('asks to sign in again when the server no longer renews it', async () => {
    open({ standing: 'sign_in_again', consent });
    expect(await screen.findByText('Sign in again')).toBeInTheDocument();
    expect(screen.getByText('It is no longer renewed.')).toBeInTheDocument();
    expect(await button('Authorize again')).toBeEnabled();
    await expectAccessible();
  });
});

describe('the consent receipt', () => {
  it('names every difference between what was asked for and what was granted', async () => {
    const granted = { ...consent, granted_scopes: ['account:read', 'profile'] };
    open({ standing: 'authorized', consent: granted });
    await screen.findByText('Ada Lovelace');
    const row = (scope: string) => screen.getByText(scope, { selector: 'li .value' }).closest('li');
    expect(row('users:read')).toHaveTextContent('not granted');
    expect(row('profile')).toHaveTextContent('granted, not asked for');
    expect(row('refresh_token')).toHaveTextContent('not mentioned, but a refresh token came');
  });

  it('raises no alarm where no refresh token is missed', async () => {
    const refresh = { outcome: 'unneeded', note: 'It is used until it is refused.' } as const;
    open({ standing: 'authorized', consent: { ...consent, refresh } });
    expect(await screen.findByText(/none is needed. It is used until it is refused./u)).toBeInTheDocument();
    await expectAccessible();
  });

  it('says when the approval ends by itself', async () => {
    open({ standing: 'authorized', consent, life: 'It ends when it was not used for 30 days.' });
    expect(await screen.findByText('It ends when it was not used for 30 days.')).toBeInTheDocument();
  });

  it('says what to do when no refresh token came', async () => {
    const refresh = { outcome: 'not_issued', remedy: 'Add the scope refresh_token.' } as const;
    open({ standing: 'authorized', consent: { ...consent, person: null, granted_scopes: null, refresh } });
    expect(await screen.findByText('Add the scope refresh_token.')).toBeInTheDocument();
    expect(screen.getByText('Talkdesk does not say')).toBeInTheDocument();
    expect(screen.getByText(/did not list them/u)).toBeInTheDocument();
    await expectAccessible();
  });
});

describe('around it', () => {
  it('removing says what was withdrawn and what stayed valid', async () => {
    const page = open({ standing: 'authorized', consent });
    page.state.removal = ['The refresh token was withdrawn.', 'The access token stays valid for ten minutes.'];
    await page.user.click(await button('Remove connection'));
    await page.user.click((await dialog()).getByRole('button', { name: 'Remove connection' }));
    const box = within(await screen.findByRole('dialog', { name: 'Agent desktop was removed' }));
    expect(box.getByText(/stays valid/u)).toBeInTheDocument();
    await page.user.click(box.getAllByRole('button', { name: 'Close' }).at(-1) as HTMLElement);
    await title('Connections');
  });

  it('makes a product from an issuer address, and names what is wrong beside the field', async () => {
    const page = openPage({}, wizard);
    await page.user.click(await screen.findByRole('radio', { name: 'Something else' }));
    await page.user.click(await button('Continue'));
    expect(screen.getByLabelText('Issuer address')).toHaveAccessibleDescription(/Enter the issuer address/u);
    await page.user.type(screen.getByLabelText('Issuer address'), 'https://nowhere.example');
    await page.user.click(await button('Continue'));
    await waitFor(() =>
      expect(screen.getByLabelText('Issuer address')).toHaveAccessibleDescription(/does not publish/u),
    );
    await expectAccessible();
    await page.user.clear(screen.getByLabelText('Issuer address'));
    await page.user.type(screen.getByLabelText('Issuer address'), 'https://login.example.com{Enter}');
    await title('How does it sign in?');
    expect(screen.getByRole('heading', { level: 2, name: 'A person approves' })).toBeInTheDocument();
    await page.user.click(await button('Continue'));
    await title('Create the client in login.example.com');
    expect(await screen.findByText(/Nobody says whether login.example.com takes/u)).toBeInTheDocument();
    await page.user.click(await button(/^Product/u));
    expect(await screen.findByLabelText('Issuer address')).toHaveValue('https://login.example.com');
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    expect(sent(page.state, 'providerFromIssuer')).toHaveLength(2);
  });

  it('practises with the pretend issuer, and with no other server under its address', async () => {
    const { issuer } = fixtures.practiceIssuer;
    const practice = { ...fixtures.practiceRunning, accounts: [] };
    const page = openPage({ practice }, wizard);
    await page.user.click(await screen.findByRole('radio', { name: 'Something else' }));
    await page.user.type(screen.getByLabelText('Issuer address'), `${issuer}/{Enter}`);
    await title('How does it sign in?');
    expect(sent(page.state, 'providerFromIssuer')).toEqual([[`${issuer}/`, false, true]]);
    await waitFor(() => expect(JSON.parse(page.state.draft ?? '{}')).toMatchObject({ practice: true }));
  });

  it('reconfigures what was made from an issuer, which has no account to ask for', async () => {
    const made = fixtures.own(fixtures.discovered);
    const connection = {
      ...approving('Agent desktop', {}),
      provider: made.provider.id,
      variables: {},
      region_label: null,
    };
    const page = openPage({ providers: [...fixtures.catalogue, made], connections: [connection], reports: {} }, at);
    await page.user.click(await button('Reconfigure'));
    await title('How does it sign in?');
    await page.user.click(await button('Continue'));
    await title('What may it do?');
  });

  it('a practice account says who signs in', async () => {
    const page = openPage({}, { name: 'practice' });
    await page.user.click(await button('Start practice'));
    expect(await screen.findByText('ada@oceanic.example')).toBeInTheDocument();
    await page.user.click(await button('Use in a new connection: oceanic'));
    await title('Where is your account?');
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('radio', { name: 'A person approves' })).toBeChecked();
  });
});
