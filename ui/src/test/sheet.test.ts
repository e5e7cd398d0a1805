import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { problem, world } from '../ipc/fake';
import { sheetScenes } from '../ipc/fake-sheet';
import { button, expectAccessible, openPage, sent, title } from './page';

function open(id: string, refusals = {}) {
  const state = world();
  sheetScenes['sheets']?.(state);
  return openPage({ connections: state.connections, refusals }, { name: 'sheet', id });
}

const row = async (name: string) => {
  const found = (await screen.findByText(name, { selector: 'dt' })).parentElement;
  if (!found) throw new Error(`no row ${name}`);
  return within(found);
};

afterEach(() => vi.useRealTimers());

describe('the Talkdesk sheet', () => {
  it('is reached from a proven connection and names each value with its copy button', async () => {
    const state = world();
    sheetScenes['sheets']?.(state);
    const page = openPage({ connections: state.connections }, { name: 'connection', id: 'help-desk' });
    await page.user.click(await button('Talkdesk sheet'));
    await title('Talkdesk sheet');
    const path = await row('Address of the system');
    expect(path.getByText('In Talkdesk: “Base path”')).toBeInTheDocument();
    await page.user.click(path.getByRole('button', { name: 'Copy: Address of the system' }));
    expect(await navigator.clipboard.readText()).toBe('https://acme-help.zendesk.com/api/v2');
    await page.user.click(await button('Help desk'));
    await title('Help desk');
  });

  it('waits with a connection that was changed, and says what to do', async () => {
    const page = open('changed');
    expect(await screen.findByText('There is no sheet yet')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Save as a file' })).toBeNull();
    await expectAccessible();
    await page.user.click(await button('To the connection'));
    await title('Changed');
  });

  it('says why a system is unsuitable, in the words of its file', async () => {
    open('slack');
    expect(await screen.findByText('Talkdesk cannot be connected to this system')).toBeInTheDocument();
    expect(screen.getByText(/An app with PKCE has no client secret/u)).toBeInTheDocument();
  });

  it('says what failed and tries again', async () => {
    const page = open('help-desk', { talkdeskSheet: problem({ summary: 'The file could not be read.' }) });
    expect(await screen.findByRole('alert')).toHaveTextContent('The file could not be read.');
    delete page.state.refusals.talkdeskSheet;
    await page.user.click(await button('Try again'));
    await row('Address of the system');
  });

  it('checks the redirect URL while it is typed, keeps the sheet, and remembers the address', async () => {
    const page = open('help-desk');
    const field = await screen.findByLabelText(/Redirect URL that Talkdesk shows/u);
    await page.user.type(field, 'http://acme.mytalkdesk.com/cb');
    expect(await screen.findByText(/A redirect URL of Talkdesk begins with/u)).toBeInTheDocument();
    expect(field).toHaveAttribute('aria-invalid', 'true');
    await row('Address of the system');
    await page.user.clear(field);
    await page.user.type(field, 'https://acme.mytalkdesk.com/cb');
    const registered = await row('Redirect URL of Talkdesk, to register at Zendesk');
    await page.user.click(await registered.findByRole('button', { name: /^Copy/u }));
    expect(await navigator.clipboard.readText()).toBe('https://acme.mytalkdesk.com/cb');
    page.router.go({ name: 'home' });
    await title('Connections');
    page.router.go({ name: 'sheet', id: 'help-desk' });
    await screen.findByDisplayValue('https://acme.mytalkdesk.com/cb');
    await expectAccessible();
  });

  it('has a credential copied past the page, counts down, and says when the time is up', async () => {
    const page = open('orders-api');
    const secret = await row('Client secret');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    await page.user.click(secret.getByRole('button', { name: 'Copy for 30 s: client secret' }));
    expect(sent(page.state, 'copySecret')).toEqual([['orders-api', 'client_secret']]);
    expect(secret.getByRole('timer')).toHaveTextContent('On the clipboard for 30 s');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(secret.getByRole('timer')).toHaveTextContent('On the clipboard for 1 s');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(secret.getByText('Time is up: it should be off the clipboard')).toBeInTheDocument();
    expect(document.body.textContent).not.toContain('undefined');
  });

  it('stops counting when another value of the sheet was copied', async () => {
    const page = open('orders-api');
    const id = await row('Client ID');
    await page.user.click(id.getByRole('button', { name: 'Copy for 30 s: client ID' }));
    await page.user.click((await row('Token address')).getByRole('button', { name: /^Copy/u }));
    expect(await id.findByText('Something else was copied')).toBeInTheDocument();
  });

  it('says what to do where there is no clipboard', async () => {
    const refusal = problem({ code: 'clipboard_unavailable', summary: 'The clipboard could not be used.' });
    const page = open('help-desk-by-token', { copySecret: refusal });
    await page.user.click((await row('Password')).getByRole('button', { name: 'Copy for 30 s: password' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The clipboard could not be used.');
  });

  it('is printed and saved with what was added', async () => {
    const page = open('help-desk');
    await page.user.click(await button('Print'));
    expect(sent(page.state, 'printSheet')).toHaveLength(1);
    await page.user.click(screen.getByText('Change the description'));
    await page.user.type(screen.getByRole('textbox', { name: /A description of your own/u }), 'Tickets of tier 2');
    await page.user.click(await button('Save as a file'));
    expect((await screen.findAllByText(/help-desk.talkdesk-sheet.html/u)).length).toBeGreaterThan(0);
    const [, additions] = sent(page.state, 'saveSheet')[0] as [string, { description: string }];
    expect(additions.description).toBe('Tickets of tier 2');
    await waitFor(() => expect(screen.getByText('Tickets of tier 2', { selector: 'code' })).toBeInTheDocument());
  });

  it.each(['help-desk', 'orders-api', 'help-desk-by-token'])('axe finds nothing on %s', async (id) => {
    open(id);
    await row('Address of the system');
    await expectAccessible();
  });
});
