import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { generation, rotating } from '../ipc/fake-rotation';
import { connection, NOW } from '../ipc/fixtures';
import { dialog, expectAccessible, openPage, sent, title, type Page } from './page';

const at = { name: 'connection', id: 'support-dashboards' } as const;
const days = (count: number) => new Date(NOW + count * 86_400_000).toISOString();

/** By its words: looking for the role and the name of every element takes long on a page with two proofs. */
const press = async ({ user }: Page, words: string) => user.click(await screen.findByText(words));

async function enter(page: Page, secret: string): Promise<void> {
  const { user } = page;
  await press(page, 'Replace credentials');
  const box = await dialog();
  await user.click(box.getByLabelText('New client secret'));
  await user.paste(secret);
  await user.click(box.getByRole('button', { name: 'Keep and prove' }));
}

describe('replacing credentials', () => {
  it('leads from new values through their proof to the switch, and back', async () => {
    const page = openPage({}, at);
    await title('Support dashboards');
    await enter(page, 'a-good-new-secret-of-some-length');
    expect(sent(page.state, 'beginRotation')[0]).toEqual([
      'support-dashboards',
      { client_id: null, client_secret: 'a-good-new-secret-of-some-length', signing: null },
      'routine',
      null,
    ]);
    await waitFor(() => expect(sent(page.state, 'proveIncoming')).toHaveLength(1));
    expect(sent(page.state, 'validate')).toHaveLength(0);
    await press(page, 'Switch to the new ones');
    expect(await screen.findByText('Old, kept for now')).toBeInTheDocument();
    expect(screen.getByText(/Works until/u)).toHaveTextContent('in 6 days');
    await press(page, 'Go back to the old ones');
    expect(await screen.findByText('In use until you went back')).toBeInTheDocument();
    expect(screen.queryByText('Drop the new ones')).not.toBeInTheDocument();
    await press(page, 'Forget without a check');
    const box = await dialog();
    expect(sent(page.state, 'forgetCredentials')).toHaveLength(0);
    await expectAccessible();
    await page.user.click(box.getByRole('button', { name: 'Forget them' }));
    await waitFor(() => expect(sent(page.state, 'forgetCredentials')).toEqual([['support-dashboards', 2]]));
    expect(await screen.findByText('Kept in the keychain as they were entered.')).toBeInTheDocument();
  });

  it('drops new ones that were never in use at one word', async () => {
    const page = openPage({}, at);
    await title('Support dashboards');
    await enter(page, 'a-good-new-secret-of-some-length');
    await screen.findByText('Switch to the new ones');
    await press(page, 'Drop the new ones');
    expect(await screen.findByText('Kept in the keychain as they were entered.')).toBeInTheDocument();
  });

  it('offers no switch to what was not proven', async () => {
    const page = openPage({}, at);
    await title('Support dashboards');
    await enter(page, 'a-wrong-secret-of-some-length');
    expect(await screen.findByText('The proof failed')).toBeInTheDocument();
    expect(screen.queryByText('Switch to the new ones')).not.toBeInTheDocument();
    expect(screen.getByText('Prove the new ones again')).toBeInTheDocument();
  });

  it('says what is wrong with the new values at their fields', async () => {
    const page = openPage({}, at);
    await title('Support dashboards');
    await press(page, 'Replace credentials');
    const box = await dialog();
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    expect(await box.findByRole('link', { name: 'Enter the new client secret' })).toBeInTheDocument();
    await page.user.type(box.getByLabelText('New client secret'), 'ends-with-a-blank ');
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    expect(await box.findByRole('link', { name: 'There is a blank at the end.' })).toBeInTheDocument();
    await expectAccessible();
  });

  it('asks for a key where one signs', async () => {
    const signed = connection({
      client_authentication: 'private_key_jwt',
      signing: { algorithm: 'ES256', key_id: 'old', thumbprint: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U' },
    });
    const page = openPage({ connections: [signed] }, at);
    await title('Support dashboards');
    await press(page, 'Replace credentials');
    const box = await dialog();
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    expect(await box.findByRole('link', { name: 'Enter the private key.' })).toBeInTheDocument();
    await page.user.click(box.getByLabelText('New private key'));
    await page.user.paste('MIGHAgEAMBMGByqGSM49');
    await page.user.click(box.getByLabelText('Key ID'));
    await page.user.paste('new');
    await expectAccessible();
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    await waitFor(() => expect(sent(page.state, 'beginRotation')).toHaveLength(1));
    expect(sent(page.state, 'beginRotation')[0]?.[1]).toMatchObject({
      client_secret: null,
      signing: { private_key: 'MIGHAgEAMBMGByqGSM49', passphrase: null, key_id: 'new' },
    });
  });

  it('offers no way back after a compromise, and forgets what is refused', async () => {
    const old = generation({ place: 'outgoing', reason: 'compromise', since: days(-1), ends_at: days(-1) });
    const page = openPage({ connections: [rotating(connection(), [generation({ generation: 2 }), old])] }, at);
    await title('Support dashboards');
    expect(screen.getByText(/no way back to it/u)).toBeInTheDocument();
    expect(screen.queryByText('Go back to the old ones')).not.toBeInTheDocument();
    await press(page, 'Check and forget the old ones');
    expect(await screen.findAllByText(/The old ones were forgotten/u)).not.toHaveLength(0);
    expect(screen.queryByText('Old, kept for now')).not.toBeInTheDocument();
  });

  it('keeps old ones that still work, and tells the provider only when asked', async () => {
    const old = generation({ place: 'outgoing', reason: 'routine', since: days(-1), ends_at: days(6) });
    const page = openPage({ connections: [rotating(connection(), [generation({ generation: 2 }), old], true)] }, at);
    await title('Support dashboards');
    expect(screen.queryByText('Forget without a check')).not.toBeInTheDocument();
    await press(page, 'Check and forget the old ones');
    expect(await screen.findAllByText(/still takes the old credentials/u)).not.toHaveLength(0);
    expect(screen.getByText('Forget without a check')).toBeInTheDocument();
    await press(page, 'Confirm to the provider');
    const box = await dialog();
    expect(sent(page.state, 'acknowledgeRotation')).toHaveLength(0);
    await expectAccessible();
    await page.user.click(box.getByRole('button', { name: 'Confirm and end the old ones' }));
    await waitFor(() => expect(sent(page.state, 'acknowledgeRotation')).toHaveLength(1));
    expect(await screen.findByText(/Its time ended/u)).toBeInTheDocument();
  });
});
