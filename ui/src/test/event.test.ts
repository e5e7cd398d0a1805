import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { problem } from '../ipc/fake';
import { eventScript, installed } from '../ipc/fake-event';
import { button, dialog, expectAccessible, openPage, sent, title } from './page';

const HEADERS = 'X-Hub-Ecdsa-Signature: 3045aa\nX-Hub-Ecdsa-Signature-Id: k-2026-11';

async function chosen(over = {}) {
  const page = openPage(over, { name: 'event' });
  await title('Import an app event');
  await page.user.click(await button('Choose the file'));
  await screen.findByText('Read from app-installed.json');
  return page;
}

async function paste(page: Awaited<ReturnType<typeof chosen>>, headers: string) {
  await page.user.click(screen.getByLabelText('Headers that came with it'));
  await page.user.paste(headers);
}

describe('importing an event of an app', () => {
  it('is reached from the list of connections', async () => {
    const page = openPage();
    await page.user.click(await button('Import an app event'));
    await title('Import an app event');
    expect(sent(page.state, 'watchEventDrops')).toHaveLength(1);
  });

  it('shows what the event says and who signed it, imports it and proves the connection', async () => {
    const page = await chosen();
    await screen.findByText('It says that the app was installed.');
    await paste(page, HEADERS);
    await screen.findByText('Signed with the key k-2026-11 of api.talkdeskapp.com');
    expect(screen.getByText('a key pair for ES256 with the id kid-9 and a client secret')).toBeInTheDocument();
    expect(screen.getByText('https://acme.talkdeskid.com/oauth/token')).toBeInTheDocument();
    await expectAccessible();
    await page.user.type(screen.getByLabelText('Account that you expect'), 'acme');
    await page.user.type(screen.getByLabelText(/Name of the connection/u), 'Acme app');
    await page.user.click(await button('Import and prove'));
    await title('Imported as “Acme app”');
    const confirmed = { name: 'Acme app', account: 'acme', unsigned: false, lookedAt: '9f86d081884c7d65' };
    expect(sent(page.state, 'importEvent')).toEqual([[HEADERS, false, confirmed]]);
    expect(await screen.findByText(/^Proven/u)).toBeInTheDocument();
    expect(sent(page.state, 'validate')).toHaveLength(1);
    await page.user.click(await button('Open the connection'));
    await title('Acme app');
  });

  it('takes a file that is dropped, and says why another cannot be taken', async () => {
    const page = openPage({}, { name: 'event' });
    await title('Import an app event');
    page.state.event.drop?.({ drop: 'over' });
    expect(await screen.findByText('Let go to read the file')).toBeInTheDocument();
    page.state.event.drop?.({ drop: 'refused', problem: problem({ summary: 'An event is one file.' }) });
    expect(await screen.findByRole('alert')).toHaveTextContent('An event is one file.');
    page.state.event.drop?.({ drop: 'taken', file: 'dropped.json' });
    expect(await screen.findByText('Read from dropped.json')).toBeInTheDocument();
    await screen.findByText('It says that the app was installed.');
  });

  it('imports an unsigned event only after that was said plainly', async () => {
    const page = await chosen();
    await screen.findByText('Not signed: nobody can say who sent this event');
    expect(await button('Import and prove')).toBeDisabled();
    await page.user.click(screen.getByLabelText(/Import it without a signature/u));
    await page.user.type(screen.getByLabelText('Account that you expect'), 'acme');
    await page.user.click(await button('Import and prove'));
    await title('Imported as “Talkdesk acme”');
    const confirmed = { name: null, account: 'acme', unsigned: true, lookedAt: '9f86d081884c7d65' };
    expect(sent(page.state, 'importEvent')).toEqual([['', false, confirmed]]);
  });

  it('imports only what the person expects: app, event and account are shown, and the account is typed', async () => {
    const page = await chosen();
    await paste(page, HEADERS);
    await screen.findByText(/^Signed with the key/u);
    for (const fact of ['acme', '5b1d3f0a9c7e, version 1.4.0', '7c2e9a44-inst', '8d5f1ea6-0001'])
      expect(screen.getByText(fact)).toBeInTheDocument();
    await page.user.click(await button('Import and prove'));
    const field = screen.getByLabelText('Account that you expect');
    expect(field).toHaveFocus();
    expect(field).toHaveAccessibleDescription(/Type the account name of the customer whose event/u);
    await page.user.type(field, 'globex');
    await page.user.keyboard('{Enter}');
    expect(await screen.findByText('This event is of the account acme, not of globex.')).toBeInTheDocument();
    await expectAccessible();
    expect(sent(page.state, 'importEvent')).toHaveLength(0);
    await page.user.clear(field);
    await page.user.type(field, ' Acme ');
    await page.user.click(await button('Import and prove'));
    await title('Imported as “Talkdesk acme”');
    expect(sent(page.state, 'importEvent')[0]?.[2]).toMatchObject({ account: 'Acme' });
  });

  it('asks for the account anew for every file', async () => {
    const page = await chosen();
    await screen.findByText('It says that the app was installed.');
    await page.user.type(screen.getByLabelText('Account that you expect'), 'acme');
    page.state.event.drop?.({ drop: 'taken', file: 'another.json' });
    await screen.findByText('Read from another.json');
    expect(await screen.findByLabelText('Account that you expect')).toHaveValue('');
  });

  it('leads to the connection that replaced credentials are for', async () => {
    const event = eventScript();
    Object.assign(event.preview, {
      kind: 'credentials_rotated',
      says: 'the credentials were replaced',
      connection: 'Acme app',
    });
    const page = await chosen({ event });
    await paste(page, HEADERS);
    await screen.findByText(/^Signed with the key/u);
    await screen.findByText(/They are for “Acme app”/u);
    expect(screen.queryByLabelText(/Name of the connection/u)).toBeNull();
    await page.user.click(await button('Keep the new credentials'));
    await title('Talkdesk acme');
    expect(sent(page.state, 'validate')).toHaveLength(0);
  });

  it('offers no import when the signature is wrong', async () => {
    const page = await chosen();
    await paste(page, 'X-Hub-Ecdsa-Signature: wrong');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('a formatter changed its blanks');
    expect(screen.queryByRole('button', { name: 'Import and prove' })).toBeNull();
    await expectAccessible();
  });

  it('says what stands in the way of an event that was taken in before', async () => {
    const event = eventScript();
    event.preview.hindrance = problem({ summary: 'This event was taken in before, by the connection “Acme”.' });
    await chosen({ event });
    expect(await screen.findByText(/taken in before/u)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Import and prove' })).toBeNull();
  });

  it('says why a file cannot be read, and wipes the event when the screen is left', async () => {
    const refusals = { chooseEvent: problem({ summary: 'The event is larger than 1 MiB.' }) };
    const page = openPage({ refusals }, { name: 'event' });
    await page.user.click(await button('Choose the file'));
    expect(await screen.findByRole('alert')).toHaveTextContent('larger than 1 MiB');
    page.router.go({ name: 'home' });
    await title('Connections');
    expect(sent(page.state, 'forgetEvent')).toHaveLength(1);
  });
});

describe('the installation of a connection', () => {
  const open = () => openPage({ connections: [installed('Acme app')] }, { name: 'connection', id: 'acme-app' });

  it('is approved after a question, and only once', async () => {
    const page = open();
    await page.user.click(await button('Approve'));
    const asked = await dialog();
    expect(asked.getByText(/cannot be taken back here/u)).toBeInTheDocument();
    expect(sent(page.state, 'answerInstallation')).toHaveLength(0);
    await page.user.click(asked.getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText(/^Approved,/u)).toBeInTheDocument();
    expect(sent(page.state, 'answerInstallation')).toEqual([['acme-app', 'approve', null]]);
    expect(screen.queryByRole('button', { name: 'Reject' })).toBeNull();
    await expectAccessible();
  });

  it('is rejected with a reason, and a refusal stays in the question', async () => {
    const page = open();
    page.state.refusals.answerInstallation = problem({ summary: 'The API did not take the answer.' });
    await page.user.click(await button('Reject'));
    const asked = await dialog();
    await page.user.type(asked.getByLabelText(/Reason for the customer/u), 'Another contract');
    await page.user.click(asked.getByRole('button', { name: 'Reject' }));
    expect(await asked.findByRole('alert')).toHaveTextContent('did not take the answer');
    await page.user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Reject' }));
    expect(await screen.findByText(/^Rejected,/u)).toBeInTheDocument();
    expect(sent(page.state, 'answerInstallation')[1]).toEqual(['acme-app', 'reject', 'Another contract']);
  });
});
