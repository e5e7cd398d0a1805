import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { problem } from '../ipc/fake';
import { button, dialog, openPage, sent, title } from './page';

const at = (id: string) => ({ name: 'connection', id }) as const;

describe('the connection page', () => {
  it('shows facts, and neither client ID nor secret', async () => {
    openPage({}, at('support-dashboards'));
    await title('Support dashboards');
    expect(screen.getAllByText('https://acme.talkdeskid.com/oauth/token')).not.toHaveLength(0);
    expect(screen.getByText('Kept in the keychain, never shown')).toBeInTheDocument();
    expect(screen.getByText('about 10 minutes')).toBeInTheDocument();
  });

  it('validates again and opens what it saw', async () => {
    const page = openPage({}, at('rehearsal'));
    await page.user.click(await button('Prove now'));
    expect(await screen.findAllByText(/^Proven: acme/u)).not.toHaveLength(0);
    await waitFor(() => expect(screen.getByText('Proven')).toBeInTheDocument());
    expect(sent(page.state, 'validate')).toHaveLength(1);
  });

  it('keeps a stored failure open with its causes', async () => {
    openPage({}, at('wallboard-emea'));
    expect(await screen.findByText('Most likely')).toBeInTheDocument();
    expect(await button('Switch to Europe (EU) and try again')).toBeInTheDocument();
  });

  it('folds the evidence of a failure and names it in words', async () => {
    const page = openPage({}, at('wallboard-emea'));
    const evidence = await screen.findByText('Evidence');
    expect(screen.getByText(/answered as it does/u)).not.toBeVisible();
    await page.user.click(evidence);
    expect(screen.getByText(/answered as it does/u)).toBeVisible();
    expect(screen.getByText('Europe (EU)', { selector: 'dt' })).toBeVisible();
    expect(screen.queryByText(/region.eu/u)).not.toBeInTheDocument();
  });

  it('does not export what is not proven, and says why', async () => {
    openPage({}, at('nightly-reports'));
    expect(await button('Export')).toBeDisabled();
    expect(await button('Export')).toHaveAccessibleDescription(/wait for a proof/u);
  });

  it('exports secrets only after the name was typed', async () => {
    const page = openPage({}, at('support-dashboards'));
    await page.user.click(await button('Export'));
    const box = await dialog();
    expect(await box.findByText(/dev\.proofkey/u)).toBeInTheDocument();
    await page.user.click(box.getByRole('radio', { name: 'Include in plain text' }));
    await page.user.click(box.getByRole('button', { name: 'Save file' }));
    expect(sent(page.state, 'exportToFile')).toHaveLength(0);
    const confirm = box.getByLabelText('Type “Support dashboards” to confirm');
    expect(confirm).toHaveFocus();
    await page.user.type(confirm, 'Support dashboards');
    await page.user.click(box.getByRole('button', { name: 'Save file' }));
    expect(await box.findByText(/Delete the file once/u)).toBeInTheDocument();
    expect(sent(page.state, 'exportToFile')[0]).toEqual(['support-dashboards', 'json', 'plain', 'Support dashboards']);
  });

  it('groups the formats, and says why one of them needs the secrets', async () => {
    const page = openPage({}, at('support-dashboards'));
    await page.user.click(await button('Export'));
    const box = await dialog();
    const chosen = box.getByRole('radio', { name: 'Kubernetes Secret' });
    expect(chosen).toHaveAccessibleDescription('For deployments A manifest; needs the secrets in it');
    await page.user.click(chosen);
    expect(await box.findByText(/would replace one that holds them/u)).toBeInTheDocument();
    await page.user.click(box.getByRole('radio', { name: 'Include in plain text' }));
    expect(await box.findByText(/"kind": "Secret"/u)).toBeInTheDocument();
    expect(box.queryByText(/would replace one/u)).not.toBeInTheDocument();
  });

  it('shows the chosen format and stays when the save dialog is dismissed', async () => {
    const page = openPage({ dialog: 'dismiss' }, at('support-dashboards'));
    await page.user.click(await button('Export'));
    const box = await dialog();
    await page.user.click(box.getByRole('radio', { name: 'dotenv' }));
    expect(await box.findByText(/PROOFKEY_TOKEN_URL=/u)).toBeInTheDocument();
    await page.user.click(box.getByRole('button', { name: 'Save file' }));
    await waitFor(() => expect(sent(page.state, 'exportToFile')).toHaveLength(1));
    expect(box.getByRole('button', { name: 'Save file' })).toBeInTheDocument();
  });

  it('says in the dialog what kept a file from being written', async () => {
    const page = openPage(
      {
        refusals: {
          exportToFile: problem({
            code: 'file_failed',
            summary: 'The folder is read-only.',
            remedy: 'Choose another.',
          }),
        },
      },
      at('support-dashboards'),
    );
    await page.user.click(await button('Export'));
    await page.user.click((await dialog()).getByRole('button', { name: 'Save file' }));
    expect(await (await dialog()).findByRole('alert')).toHaveTextContent('The folder is read-only.');
  });

  it('renames', async () => {
    const page = openPage({}, at('support-dashboards'));
    await page.user.click(await button('Rename'));
    const box = await dialog();
    expect(box.getByLabelText('Name')).toHaveFocus();
    await page.user.clear(box.getByLabelText('Name'));
    await page.user.click(box.getByRole('button', { name: 'Rename' }));
    expect(box.getByLabelText('Name')).toHaveAccessibleDescription(/Give the connection a name/u);
    await page.user.type(box.getByLabelText('Name'), 'Dashboards{Enter}');
    await title('Dashboards');
  });

  it('removes after asking, and goes home', async () => {
    const page = openPage({}, at('support-dashboards'));
    await page.user.click(await button('Remove connection'));
    const keep = (await dialog()).getByRole('button', { name: 'Keep it' });
    expect(keep).toHaveFocus();
    await page.user.click(keep);
    expect(sent(page.state, 'removeConnection')).toHaveLength(0);
    await page.user.click(await button('Remove connection'));
    await page.user.click((await dialog()).getByRole('button', { name: 'Remove connection' }));
    await title('Connections');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Support dashboards' })).toBeNull());
  });

  it('says when a connection is gone, and leads back', async () => {
    const page = openPage({}, at('nowhere'));
    expect(await screen.findByRole('alert')).toHaveTextContent('There is no connection nowhere.');
    await page.user.click(screen.getAllByRole('button', { name: 'Connections' }).at(-1) as HTMLElement);
    await screen.findByRole('button', { name: 'Support dashboards' });
  });
});
