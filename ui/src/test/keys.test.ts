// A client that signs: the key is typed, chosen from a file, or made, and never stays in the page.

import { describe, expect, it } from 'vitest';
import { screen } from '@testing-library/svelte';
import type { ConnectionDraft } from '../ipc/bindings';
import { key } from '../ipc/fake-keys';
import * as fixtures from '../ipc/fixtures';
import { button, openPage, sent, title } from './page';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n';

/** The values of a reconfigured connection that signs. */
async function toValues(over = {}) {
  const signing = { algorithm: 'ES256', key_id: 'k1', thumbprint: key().thumbprint } as const;
  const connections = [
    { ...fixtures.connections[0]!, client_authentication: 'private_key_jwt' as const, signing },
    ...fixtures.connections.slice(1),
  ];
  const page = openPage(
    { connections, ...over },
    { name: 'wizard', start: { kind: 'reconfigure', id: 'support-dashboards' } },
  );
  await title('Where is your account?');
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
    expect(document.body.innerHTML).not.toContain('MIGHAgEAMBMGByqGSM49');
    expect(page.state.draft ?? '').not.toContain('MIGHAgEAMBMGByqGSM49');
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
    const page = await toValues();
    await page.user.click(screen.getByLabelText(/^Make a new key pair/u));
    await page.user.click(await button('Make the key pair'));
    await screen.findByText(/"kty": "EC"/u);
    await page.user.click(screen.getByLabelText('PEM'));
    await screen.findByText(/BEGIN PUBLIC KEY/u);
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(draftOf(page).signing.kept_key).toBe('support-dashboards');
  });
});
