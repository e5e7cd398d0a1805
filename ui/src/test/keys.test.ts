// A client that signs: the key is typed, chosen from a file, or made, and never stays in the page.

import { describe, expect, it } from 'vitest';
import { screen, waitFor } from '@testing-library/svelte';
import type { ConnectionDraft, ConnectionView, NewCredentials } from '../ipc/bindings';
import { problem } from '../ipc/fake';
import { key } from '../ipc/fake-keys';
import * as fixtures from '../ipc/fixtures';
import { stageLabel } from '../lib/wording';
import { WizardModel } from '../state/wizard.svelte';
import { button, dialog, expectAccessible, openPage, sent, title } from './page';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n';

/** Talkdesk hands the keys of its clients out; at a server of one's own they are registered. */
const signing = { algorithm: 'ES256', key_id: 'k1', thumbprint: key().thumbprint } as const;
const issued = fixtures.connection({ client_authentication: 'private_key_jwt', signing });
const registered: ConnectionView = {
  ...issued,
  provider: 'custom-oauth',
  provider_name: 'Another system',
  variables: { token_url: 'https://as.example.com/token', api_base: 'https://api.example.com' },
  account: null,
  region_label: null,
};
const ID = issued.id;

/** The values of a reconfigured connection that signs. */
async function toValues(connection: ConnectionView = issued, over = {}) {
  const page = openPage(
    { connections: [connection], ...over },
    { name: 'wizard', start: { kind: 'reconfigure', id: ID } },
  );
  await page.user.click(await button('Values'));
  await title('Enter the values');
  return page;
}

function draftOf(page: Awaited<ReturnType<typeof toValues>>): ConnectionDraft {
  return sent(page.state, 'changeConnection')[0]?.[1] as ConnectionDraft;
}

describe('a client that signs', () => {
  it('keeps the stored key when nothing is entered', async () => {
    const page = await toValues();
    expect(screen.queryByLabelText('Client secret')).toBeNull();
    await page.user.type(screen.getByLabelText('Client ID'), 'another-client');
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    const { signing } = draftOf(page);
    expect(signing).toMatchObject({ private_key: null, kept_key: null, key_id: 'k1', algorithm: 'ES256' });
  });

  it('sends a typed key once and leaves nothing of it in the page', async () => {
    const page = await toValues();
    await page.user.click(screen.getByLabelText('Private key'));
    await page.user.paste(PEM);
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(draftOf(page).signing.private_key).toBe(PEM);
    expect(page.state.draft ?? '').not.toContain('MIGHAgEAMBMGByqGSM49');
    expect(typedAnywhere()).not.toContain('MIGHAgEAMBMGByqGSM49');
    // Where it was typed, nothing is left either.
    await waitFor(() => expect(screen.getByRole('button', { name: /^Values/u })).toBeEnabled());
    await page.user.click(await button(/^Values/u));
    await title('Enter the values');
    expect(screen.getByLabelText('Private key')).toHaveValue('');
    expect(typedAnywhere()).not.toContain('MIGHAgEAMBMGByqGSM49');
    await page.user.type(screen.getByLabelText('Client ID'), 'another-client');
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    const [, again] = sent(page.state, 'changeConnection');
    expect((again?.[1] as ConnectionDraft).signing.private_key).toBeNull();
  });

  it('proves a signature and a key, not a secret', () => {
    expect(stageLabel('token', issued)).toBe('Talkdesk accepts the client ID and the signature');
    expect(stageLabel('vault', issued)).toBe('The private key can be read back from the keychain');
    const bySecret = fixtures.connection({ client_authentication: 'client_secret_jwt' });
    expect(stageLabel('token', bySecret)).toBe('Talkdesk accepts the client ID and the signature');
    expect(stageLabel('vault', bySecret)).toBe('The secret can be read back from the keychain');
  });

  it('forgets a typed key and its passphrase when another product is chosen', async () => {
    const model = new WizardModel();
    const [one, other] = fixtures.catalogue;
    model.choose(one!, false);
    model.signing.privateKey = PEM;
    model.signing.passphrase = 'open sesame';
    model.signing.keyId = 'k1';
    model.choose(other!, false);
    expect(model.signing.draft(null)).toMatchObject({ private_key: null, passphrase: null, key_id: null });
  });

  it('asks for the passphrase only of a key that has one', async () => {
    const page = await toValues();
    expect(screen.queryByLabelText('Passphrase of the key')).toBeNull();
    await page.user.click(screen.getByLabelText('Private key'));
    await page.user.paste(PEM.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'));
    await page.user.tab();
    await page.user.type(await screen.findByLabelText('Passphrase of the key'), 'open sesame');
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(draftOf(page).signing.passphrase).toBe('open sesame');
  });

  it('names a file that was chosen, and hands Rust its handle alone', async () => {
    const page = await toValues();
    await page.user.click(await button('Choose a file'));
    await screen.findByText('From the file acme-appconnect.pem');
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    const [, draft, handle] = sent(page.state, 'changeConnection')[0] ?? [];
    expect((draft as ConnectionDraft).signing.private_key).toBeNull();
    expect(handle).toBe(7);
  });

  it('shows the public half of a pair that was made, and takes the pair', async () => {
    const page = await toValues(registered);
    await page.user.click(screen.getByLabelText(/^Make a new key pair/u));
    await page.user.click(await button('Make the key pair'));
    await screen.findByText(/"kty": "EC"/u);
    await page.user.click(screen.getByLabelText('PEM'));
    await screen.findByText(/BEGIN PUBLIC KEY/u);
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(draftOf(page).signing.kept_key).toBe(ID);
  });

  it('offers no key of its own making where the system hands the keys out', async () => {
    await toValues(issued, { keys: [key()] });
    expect(screen.getByLabelText('Private key')).toHaveAccessibleDescription(/that Talkdesk handed out/u);
    expect(screen.queryByLabelText(/^Make a new key pair/u)).toBeNull();
    expect(screen.queryByLabelText(/Proofkey made before/u)).toBeNull();
  });
});

describe('replacing a key', () => {
  async function toDialog(connection: ConnectionView) {
    const page = openPage({ connections: [connection], keys: [key()] }, { name: 'connection', id: ID });
    await page.user.click(await screen.findByText('Replace credentials'));
    return { page, box: await dialog() };
  }
  const entered = (page: Awaited<ReturnType<typeof toDialog>>['page']) => sent(page.state, 'beginRotation')[0] ?? [];

  it('takes a key that Proofkey made before', async () => {
    const { page, box } = await toDialog(registered);
    await page.user.click(await box.findByLabelText(/Proofkey made before/u));
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    expect(await box.findByRole('link', { name: 'Choose a key.' })).toBeInTheDocument();
    await page.user.click(box.getByLabelText('Talkdesk acme'));
    await box.findByText(/"kty": "EC"/u);
    await expectAccessible();
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    await waitFor(() => expect(entered(page)).toHaveLength(4));
    const [id, { signing, client_secret }, reason, file] = entered(page) as [string, NewCredentials, string, null];
    expect([id, reason, file, client_secret]).toEqual([ID, 'routine', null, null]);
    expect(signing).toMatchObject({ kept_key: 'talkdesk-acme', private_key: null });
  });

  it('hands Rust the handle of a chosen file, and offers no other way where keys are handed out', async () => {
    const { page, box } = await toDialog(issued);
    expect(box.queryByLabelText(/Proofkey made before/u)).toBeNull();
    await page.user.click(box.getByRole('button', { name: 'Choose a file' }));
    await box.findByText('From the file acme-appconnect.pem');
    await page.user.click(box.getByRole('button', { name: 'Keep and prove' }));
    await waitFor(() => expect(entered(page)).toHaveLength(4));
    const [, { signing }, , file] = entered(page) as [string, NewCredentials, string, number];
    expect([signing?.private_key, signing?.kept_key, file]).toEqual([null, null, 7]);
  });
});

describe('keys that wait', () => {
  it('are listed in the settings, shown in public, and removed after a question', async () => {
    const page = openPage({ keys: [key(), key({ id: 'spare', name: 'Spare' })] }, { name: 'settings' });
    await screen.findByText('Spare');
    expect(screen.getAllByText(/^ES256/u)).toHaveLength(2);
    await page.user.click(screen.getAllByText('Public key')[0]!);
    expect(screen.getAllByText(/"kty": "EC"/u)[0]).toBeInTheDocument();
    await expectAccessible();
    await page.user.click(await button('Remove the key Spare'));
    const asked = await dialog();
    expect(sent(page.state, 'removeKey')).toHaveLength(0);
    await page.user.click(asked.getByRole('button', { name: 'Keep it' }));
    expect(sent(page.state, 'removeKey')).toHaveLength(0);
    await page.user.click(await button('Remove the key Spare'));
    await page.user.click((await dialog()).getByRole('button', { name: 'Remove the key' }));
    await waitFor(() => expect(screen.queryByText('Spare')).toBeNull());
    expect(sent(page.state, 'removeKey')).toEqual([['spare']]);
  });

  it('say in the question why one could not be removed', async () => {
    const page = openPage({ keys: [key()] }, { name: 'settings' });
    page.state.refusals.removeKey = problem({ summary: 'The keychain is locked.' });
    await page.user.click(await button('Remove the key Talkdesk acme'));
    const asked = await dialog();
    await page.user.click(asked.getByRole('button', { name: 'Remove the key' }));
    expect(await asked.findByRole('alert')).toHaveTextContent('The keychain is locked.');
    expect(screen.getByText('Talkdesk acme')).toBeInTheDocument();
  });

  it('say that there is none', async () => {
    openPage({ keys: [] }, { name: 'settings' });
    expect(await screen.findByText(/^No key waits/u)).toBeInTheDocument();
  });
});

describe('the public key of a connection', () => {
  it('is asked for when somebody looks, and says so when the keychain does not answer', async () => {
    const page = openPage({ connections: [issued] }, { name: 'connection', id: ID });
    page.state.refusals.publicKey = problem({ summary: 'The keychain is locked.' });
    const summary = await screen.findByText('Public key');
    expect(sent(page.state, 'publicKey')).toHaveLength(0);
    await page.user.click(summary);
    expect(await screen.findByRole('alert')).toHaveTextContent('The keychain is locked.');
    delete page.state.refusals.publicKey;
    await page.user.click(await button('Try again'));
    expect(await screen.findByText(/"kty": "EC"/u)).toBeInTheDocument();
    expect(screen.getByText(/The half of the key that Talkdesk knows/u)).toBeInTheDocument();
    await expectAccessible();
  });

  it('is not offered where nothing signs', async () => {
    openPage({ connections: [fixtures.connection()] }, { name: 'connection', id: ID });
    await title('Support dashboards');
    expect(screen.queryByText('Public key')).toBeNull();
  });
});

/** The page as it is written, and what stands in its fields, which is not written. */
function typedAnywhere(): string {
  const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
  return [document.documentElement.outerHTML, ...fields.map((one) => one.value)].join('\n');
}
