import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { problem } from '../ipc/fake';
import { button, dialog, enterValues, openPage, sent, title, walkToValues } from './page';

const start = { name: 'wizard', start: { kind: 'new' } } as const;
const ID = 'f0c1a4d2e5b64f7a9c3d1e8b7a605142';
const SECRET = 'CANARY-good-secret-of-some-length';

describe('the wizard', () => {
  it('leads from a product to an exported file', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToValues(page);
    await enterValues(page, ID, SECRET);
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(await screen.findAllByText('Proven: acme · Europe (EU) · 3 scopes')).not.toHaveLength(0);
    await page.user.click(await button('Continue'));
    await title('Keep it and hand it over');
    const name = screen.getByLabelText('Name');
    await page.user.clear(name);
    await page.user.type(name, 'Support dashboards');
    await page.user.click(await button('Export a config file'));
    await page.user.click((await dialog()).getByRole('button', { name: 'Save file' }));
    expect(await screen.findByText('Only you can read it (0600)')).toBeInTheDocument();
    await page.user.click((await dialog()).getByRole('button', { name: 'Done' }));
    await page.user.click(await button('Done'));
    await title('Support dashboards');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({
      provider: 'talkdesk',
      grant: 'client_credentials',
      client_authentication: 'client_secret_basic',
      basic_encoding: null,
      scopes: ['account:read'],
      practice: false,
      variables: { account: 'acme', region: 'eu' },
      client_id: ID,
      client_secret: SECRET,
    });
  });

  it('drops client ID and secret once they are saved, and keeps no draft with them', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToValues(page);
    await enterValues(page, ID, SECRET);
    await page.user.click(await button('Save and prove'));
    await screen.findAllByText(/^Proven: acme/u);
    await page.user.click(await button('Edit values'));
    await title('Enter the values');
    expect(screen.getByLabelText('Client ID')).toHaveValue('');
    expect(screen.getByLabelText('Client secret')).toHaveValue('');
    expect(screen.getByLabelText('Client secret')).toHaveAttribute('placeholder', 'Empty keeps the stored one');
    expect(document.documentElement.outerHTML).not.toContain('CANARY');
    expect(JSON.stringify(sent(page.state, 'keepWizardDraft'))).not.toContain('CANARY');
    expect(page.state.draft).toBeNull();
  });

  it('loses nothing typed when saving fails', async () => {
    const page = openPage(
      {
        refusals: {
          addConnection: problem({
            code: 'vault_denied',
            summary: 'The vault is locked.',
            remedy: 'Unlock your keychain.',
          }),
        },
      },
      start,
    );
    await walkToValues(page);
    await enterValues(page, ID, SECRET);
    await page.user.click(await button('Save and prove'));
    expect(await screen.findByRole('alert')).toHaveTextContent('The vault is locked.');
    expect(screen.getByLabelText('Client secret')).toHaveValue(SECRET);
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
  });

  it('puts all that is wrong into a summary that takes the focus and leads to the fields', async () => {
    const page = openPage({}, start);
    await walkToValues(page);
    await page.user.click(await button('Save and prove'));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('2 things need your attention');
    await waitFor(() => expect(alert.parentElement).toHaveFocus());
    expect(screen.getByLabelText('Client ID')).toHaveAccessibleDescription(/Enter the client ID/u);
    await page.user.click(screen.getByRole('link', { name: 'Enter the client secret.' }));
    expect(screen.getByLabelText('Client secret')).toHaveFocus();
  });

  it('shows a blank in the secret and removes it when asked', async () => {
    const page = openPage({}, start);
    await walkToValues(page);
    await enterValues(page, ID, 'secret ');
    await page.user.tab();
    await page.user.click(await button('Remove it'));
    expect(screen.getByLabelText('Client secret')).toHaveValue('secret');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Remove it' })).toBeNull());
  });

  it('asks once about a value that can be put right, and takes it as it is the second time', async () => {
    const page = openPage({}, start);
    await walkToValues(page);
    await enterValues(page, ID, 'secret ');
    await page.user.click(await button('Save and prove'));
    const again = await button('Save as it is and prove');
    expect(screen.getByLabelText('Client secret')).toHaveFocus();
    expect(sent(page.state, 'addConnection')).toHaveLength(0);
    await page.user.click(again);
    await title('Prove it');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({ client_secret: 'secret ' });
  });

  it('takes both values from one pasted block', async () => {
    const page = openPage({}, start);
    await walkToValues(page);
    await page.user.click(screen.getByLabelText('Client ID'));
    await page.user.paste('Client ID: abc\nClient secret: def');
    expect(screen.getByLabelText('Client ID')).toHaveValue('abc');
    expect(screen.getByLabelText('Client secret')).toHaveValue('def');
  });

  it('opens a failure with the server’s words and offers the remedy, which leads to a proof', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToValues(page);
    await enterValues(page, ID, 'wrong-on-purpose');
    await page.user.click(await button('Save and prove'));
    expect(await screen.findByText(/invalid_client – Client authentication failed/u)).toBeVisible();
    expect(screen.getAllByText('Not reached')).toHaveLength(4);
    expect(screen.getByRole('button', { name: 'Copy details for support' })).toBeInTheDocument();
    await page.user.click(await button('Remove it and try again'));
    expect(await screen.findAllByText(/^Proven: acme/u)).not.toHaveLength(0);
    expect(sent(page.state, 'applyRemedy')[0]?.[1]).toEqual({ action: 'tidy_client_secret' });
  });

  it('changes the saved connection instead of adding a second one', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToValues(page);
    await enterValues(page, ID, 'wrong-on-purpose');
    await page.user.click(await button('Save and prove'));
    await page.user.click(await button('Edit values'));
    await page.user.type(await screen.findByLabelText('Client secret'), 'the-right-one');
    await page.user.click(await button('Save and prove'));
    expect(await screen.findAllByText(/^Proven: acme/u)).not.toHaveLength(0);
    expect(sent(page.state, 'addConnection')).toHaveLength(1);
    expect(sent(page.state, 'changeConnection')[0]?.[1]).toMatchObject({
      client_id: null,
      client_secret: 'the-right-one',
    });
  });

  it('stops a proof when asked', async () => {
    const page = openPage({ connections: [], stepMs: 40 }, start);
    await walkToValues(page);
    await enterValues(page, ID, SECRET);
    await page.user.click(await button('Save and prove'));
    await page.user.click(await button('Stop'));
    expect(await screen.findAllByText('Stopped. Nothing was changed.')).not.toHaveLength(0);
    expect(await button('Validate again')).toBeInTheDocument();
  });

  it('asks every region and takes the only one that knows the account', async () => {
    const page = openPage({}, start);
    await page.user.click(await button('Continue'));
    await page.user.type(await screen.findByLabelText('Account name or address'), 'globex');
    await page.user.click(await button('Detect region'));
    expect(await screen.findByText('Found')).toBeInTheDocument();
    expect(screen.getByText('Unclear')).toBeInTheDocument();
    expect(screen.getByRole('radio', { name: /Europe/u })).toBeChecked();
    expect(sent(page.state, 'detectRegions')[0]).toEqual(['talkdesk', 'globex', false]);
  });

  it('asks for the addresses that a region does not settle', async () => {
    const page = openPage({}, start);
    await page.user.click(await button('Continue'));
    await page.user.type(await screen.findByLabelText('Account name or address'), 'acme');
    await page.user.click(await screen.findByRole('radio', { name: 'Another region' }));
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('alert')).toHaveTextContent('2 things');
    await page.user.type(screen.getByLabelText('Sign-in host'), 'talkdeskid.co.uk');
    await page.user.type(screen.getByLabelText('API address'), 'https://api.talkdeskapp.co.uk');
    expect(await screen.findByText('https://acme.talkdeskid.co.uk/oauth/token')).toBeInTheDocument();
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
  });

  it('refuses a look-alike address and says what would be right', async () => {
    const page = openPage({}, start);
    await page.user.click(await button('Continue'));
    await page.user.type(
      await screen.findByLabelText('Account name or address'),
      'https://acme.talkdeskid.com.evil.example',
    );
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('alert')).toHaveTextContent('only looks like an address of Talkdesk');
    await title('Where is your account?');
  });

  it('goes on with Enter', async () => {
    const page = openPage({}, start);
    await title('What are you connecting?');
    screen.getByRole('radio', { name: 'Talkdesk' }).focus();
    await page.user.keyboard('{Enter}');
    await title('Where is your account?');
  });

  it('keeps a draft on leaving and takes it up again', async () => {
    const page = openPage({ connections: [] }, start);
    await walkToValues(page);
    await page.user.click(await button('Save draft and close'));
    expect(await screen.findByText('Unfinished connection', { exact: false })).toHaveTextContent('· Talkdesk · acme');
    await page.user.click(await button('Continue'));
    await title('Enter the values');
    expect(screen.getByText('acme · EU')).toBeInTheDocument();
  });

  it('fills in practice credentials and marks the connection', async () => {
    const page = openPage({ connections: [] }, { name: 'wizard', start: { kind: 'practice', account: 'acme' } });
    await screen.findByText('https://acme.talkdeskid.com/oauth/token');
    for (const heading of ['How does it sign in?', 'Create the client in Talkdesk', 'Enter the values']) {
      await page.user.click(await button('Continue'));
      await title(heading);
    }
    await page.user.click(await button('Fill in those of acme'));
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({
      practice: true,
      variables: { account: 'acme', region: 'us' },
    });
  });

  it('reconfigures without asking for the secret again', async () => {
    const page = openPage({}, { name: 'wizard', start: { kind: 'reconfigure', id: 'support-dashboards' } });
    await title('Where is your account?');
    await page.user.click(await button('Values'));
    await title('Enter the values');
    await page.user.click(await button('Client 3 scopes, done').catch(() => button(/^Client/u)));
    await title('What may it do?');
    await page.user.click(await button('Remove users:read'));
    await page.user.click(await button('Continue'));
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(sent(page.state, 'changeConnection')[0]).toMatchObject([
      'support-dashboards',
      {
        name: 'Support dashboards',
        scopes: ['account:read', 'data-reports:read'],
        client_id: null,
        client_secret: null,
      },
      null,
    ]);
  });
});
