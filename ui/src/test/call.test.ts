import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { problem } from '../ipc/fake';
import { unreachable } from '../ipc/fake-call';
import { live } from '../state/live.svelte';
import { button, openPage, sent, title, type Page } from './page';

const at = (id: string) => ({ name: 'connection', id }) as const;

async function open(over: Parameters<typeof openPage>[0] = {}, id = 'support-dashboards'): Promise<Page> {
  const page = openPage(over, at(id));
  await screen.findByRole('heading', { level: 2, name: 'Try a call' });
  return page;
}

const path = () => screen.getByLabelText('Path');
/** What was there is replaced. */
async function ask({ user }: Page, asked: string): Promise<void> {
  await user.clear(path());
  await user.click(path());
  await user.paste(asked);
  await user.keyboard('{Enter}');
}

const answered = (name: string | RegExp) => screen.findByRole('heading', { level: 3, name });

describe('trying a call', () => {
  it('sends the path with Enter, and leads to the answer', async () => {
    const page = await open();
    await page.user.type(path(), '/account{Enter}');
    expect(await answered('Done: 200 OK')).toHaveFocus();
    expect(screen.getByRole('region', { name: 'Body, JSON' })).toHaveTextContent('"display_name": "Acme Insurance"');
    expect(screen.getByText('GET https://api.talkdeskapp.com/account')).toBeInTheDocument();
    expect(sent(page.state, 'tryCall')).toEqual([
      ['support-dashboards', { method: 'GET', path: '/account', headers: [], body: null }],
    ]);
  });

  it('says where the credentials go, and draws the address before the path', async () => {
    await open();
    expect(screen.getByText('The access token goes to api.talkdeskapp.com and nowhere else.')).toBeInTheDocument();
    expect(path()).toHaveAccessibleDescription('Below https://api.talkdeskapp.com');
  });

  it('offers the calls that the provider’s file knows and the scopes allow', async () => {
    const page = await open();
    await page.user.click(await button('/account: the account answers by its own name'));
    expect(path()).toHaveValue('/account');
    expect(path()).toHaveFocus();
    expect(screen.queryByRole('button', { name: /^\/ring-groups/u })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^\/users\/me/u })).not.toBeInTheDocument();
  });

  it('switches its fields off while the call is under way, and says so', async () => {
    const page = await open({ stepMs: 60 });
    await ask(page, '/account');
    expect(path()).toBeDisabled();
    expect(screen.getByLabelText('Method')).toBeDisabled();
    expect(await button('Sending')).toHaveFocus();
    expect(live.text).toContain('The call is on its way.');
    await page.user.click(await button('Sending'));
    await answered('Done: 200 OK');
    expect(path()).toBeEnabled();
    expect(sent(page.state, 'tryCall')).toHaveLength(1);
  });

  it('says what is wrong with the path beside it', async () => {
    const page = await open();
    await ask(page, 'https://evil.example/');
    await waitFor(() => expect(path()).toHaveFocus());
    expect(path()).toHaveAccessibleDescription(/is not a path of this connection's API/u);
    expect(path()).toBeInvalid();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('says what is wrong with a header beside it, and leaves empty rows out', async () => {
    const page = await open();
    await page.user.type(path(), '/account');
    await page.user.click(await button('Add a header'));
    await page.user.type(screen.getByLabelText('Name of header 1'), 'Authorization');
    await page.user.type(screen.getByLabelText('Value of header 1'), 'Bearer mine');
    await page.user.click(await button('Add a header'));
    expect(screen.getByLabelText('Name of header 2')).toHaveFocus();
    await page.user.click(await button('Send'));
    await waitFor(() => expect(screen.getByLabelText('Name of header 1')).toHaveFocus());
    expect(screen.getByLabelText('Name of header 1')).toHaveAccessibleDescription(/set by the connection itself/u);
    await page.user.click(await button('Remove header Authorization'));
    await page.user.click(await button('Send'));
    await answered('Done: 200 OK');
    expect(sent(page.state, 'tryCall').at(-1)?.[1]).toMatchObject({ headers: [] });
  });

  it('sends a body only with methods that take one, and warns before data changes', async () => {
    const page = await open();
    expect(screen.queryByLabelText(/^Body/u)).not.toBeInTheDocument();
    await page.user.selectOptions(screen.getByLabelText('Method'), 'POST');
    expect(screen.getByText('POST can change data in the account.')).toBeInTheDocument();
    await page.user.type(path(), '/contacts');
    await page.user.click(screen.getByLabelText(/^Body/u));
    await page.user.paste('{"name":"Ada"}');
    await page.user.click(await button('Send'));
    await answered('Refused: 404 Not Found');
    await page.user.selectOptions(screen.getByLabelText('Method'), 'GET');
    await page.user.click(await button('Send'));
    await waitFor(() => expect(sent(page.state, 'tryCall')).toHaveLength(2));
    const bodies = sent(page.state, 'tryCall').map(([, call]) => (call as { body: string | null }).body);
    expect(bodies).toEqual(['{"name":"Ada"}', null]);
  });

  it('tells a refusal with what it means, and that a fresh token was sent', async () => {
    const page = await open();
    await ask(page, '/users/me');
    await answered('Refused: 401 Unauthorized');
    expect(screen.getByText(/a fresh token was sent/u)).toBeInTheDocument();
    expect(screen.getByText(/Validate again to see why/u)).toBeInTheDocument();
  });

  it('tells where a redirect points to, and that it was not followed', async () => {
    const page = await open();
    await ask(page, '/recordings/42/media');
    await answered('Points elsewhere: 302 Found');
    expect(screen.getByText(/points to recordings\.storage\.example\.net\. It was not followed/u)).toBeInTheDocument();
    expect(screen.getByText('The answer has no body.')).toBeInTheDocument();
  });

  it('does not show what is not text, and says when a body is cut', async () => {
    const page = await open();
    await ask(page, '/brand/logo');
    expect(await screen.findByText(/^The body is 48 kB of image\/png, not text/u)).toBeInTheDocument();
    await ask(page, '/users');
    expect(await screen.findByText(/Only the beginning is shown: the body has 1\.3 MB/u)).toBeInTheDocument();
  });

  it('folds the headers of the answer, copies its body and lets lines run on', async () => {
    const page = await open();
    await ask(page, '/account');
    expect(await screen.findByText('x-request-id')).not.toBeVisible();
    await page.user.click(screen.getByText('4 headers'));
    expect(screen.getByText('x-request-id')).toBeVisible();
    await page.user.click(await button('Copy the body'));
    expect(await navigator.clipboard.readText()).toContain('"display_name": "Acme Insurance"');
    const body = screen.getByRole('region', { name: 'Body, JSON' });
    expect(body).toHaveClass('wrap');
    await page.user.click(screen.getByLabelText('Wrap lines'));
    expect(body).not.toHaveClass('wrap');
  });

  it('keeps the last five answers while other screens are looked at, and shows each again', async () => {
    const page = await open();
    for (const asked of ['/a', '/b', '/account', '/status', '/brand/logo', '/users/me']) {
      await ask(page, asked);
      await screen.findByText(`GET https://api.talkdeskapp.com${asked}`);
    }
    page.router.go({ name: 'home' });
    await title('Connections');
    page.router.go(at('support-dashboards'));
    await answered('Refused: 401 Unauthorized');
    const last = screen.getByRole('heading', { name: 'Last answers' }).parentElement as HTMLElement;
    const rows = within(last).getAllByRole('button');
    expect(rows.map((row) => row.textContent.match(/GET \S+/u)?.[0])).toEqual([
      'GET /users/me',
      'GET /brand/logo',
      'GET /status',
      'GET /account',
      'GET /b',
    ]);
    expect(rows[0]).toHaveAttribute('aria-current', 'true');
    await page.user.click(rows[2] as HTMLElement);
    expect(await answered('The server failed: 503 Service Unavailable')).toHaveFocus();
    expect(screen.getByText(/They are not saved/u)).toBeInTheDocument();
  });

  it('forgets the answers of a connection that is removed', async () => {
    const page = await open();
    await ask(page, '/account');
    await answered('Done: 200 OK');
    await page.user.click(await button('Remove connection'));
    await page.user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove connection' }));
    await title('Connections');
    page.state.connections = openedAgain(page);
    page.router.go(at('support-dashboards'));
    await screen.findByRole('heading', { level: 2, name: 'Try a call' });
    expect(screen.queryByText('Last answers')).not.toBeInTheDocument();
  });

  it('shows what kept the call from an answer, and keeps what was typed', async () => {
    const page = await open({ refusals: { tryCall: [unreachable] } });
    await ask(page, '/account');
    expect(await screen.findByRole('alert')).toHaveTextContent('cannot be reached');
    expect(path()).toHaveValue('/account');
    await page.user.click(await button('Send'));
    await answered('Done: 200 OK');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('shows a problem of a field that is not in sight all the same', async () => {
    const hidden = problem({ code: 'draft_invalid', summary: 'The header X-Old is wrong.', field: 'headers.X-Old' });
    const page = await open({ refusals: { tryCall: [hidden] } });
    await ask(page, '/account');
    expect(await screen.findByRole('alert')).toHaveTextContent('The header X-Old is wrong.');
  });

  it('does not take the focus from a person who went on', async () => {
    const page = await open({ stepMs: 60 });
    await ask(page, '/account');
    const export_ = await button('Export');
    export_.focus();
    await answered('Done: 200 OK');
    await waitFor(() => expect(live.text).toContain('The answer is there.'));
    expect(export_).toHaveFocus();
  });
});

function openedAgain({ state }: Page): Page['state']['connections'] {
  const [first] = state.connections;
  return first ? [{ ...first, id: 'support-dashboards', name: 'Support dashboards' }] : [];
}
