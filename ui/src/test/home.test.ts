import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { problem } from '../ipc/fake';
import { button, openPage, title } from './page';

describe('home', () => {
  it('shows each connection with its place and a dated standing', async () => {
    openPage();
    await screen.findByRole('button', { name: 'Support dashboards' });
    expect(screen.getByText('Talkdesk · globex · Europe (EU)')).toBeInTheDocument();
    expect(screen.getByText('12 minutes ago')).toBeInTheDocument();
    expect(screen.getByText('Never proven')).toBeInTheDocument();
    expect(screen.getByText('Changed since the last proof')).toBeInTheDocument();
  });

  it('gives the exact time to whoever focuses the relative one', async () => {
    openPage();
    const time = await screen.findByRole('button', { name: '12 minutes ago' });
    expect(time).toHaveAccessibleDescription(/22 November 2026/u);
  });

  it('finds by any word and says when nothing matches', async () => {
    const { user } = openPage();
    await user.type(await screen.findByRole('searchbox'), 'europe globex');
    expect(screen.queryByText('Support dashboards')).toBeNull();
    expect(screen.getByRole('button', { name: 'Wallboard EMEA' })).toBeInTheDocument();
    await user.type(screen.getByRole('searchbox'), ' zzz');
    expect(screen.getByText(/No connection matches/u)).toBeInTheDocument();
    await user.click(await button('Clear the search'));
    expect(screen.getByRole('button', { name: 'Support dashboards' })).toBeInTheDocument();
  });

  it('invites when it is empty', async () => {
    const { user } = openPage({ connections: [] });
    await screen.findByText('Connect your first account');
    await user.click(await button('Try with practice'));
    await title('Where is your account?');
    expect(await screen.findByText('Everything works, in Europe', { exact: false })).toBeInTheDocument();
  });

  it('tells of files that could not be read', async () => {
    openPage({ unreadable: [{ path: '/c/old.toml', reason: 'Line 4: “grant” is not known.' }] });
    expect(await screen.findByText('/c/old.toml')).toBeInTheDocument();
  });

  it('says what went wrong and tries again', async () => {
    const { user } = openPage({ refusals: { connections: problem({ summary: 'The folder cannot be read.' }) } });
    expect(await screen.findByRole('alert')).toHaveTextContent('The folder cannot be read.');
    await user.click(await button('Try again'));
    expect(await screen.findByRole('button', { name: 'Support dashboards' })).toBeInTheDocument();
  });

  it('shows remote text as text', async () => {
    const page = openPage();
    await screen.findByRole('button', { name: 'Support dashboards' });
    page.state.connections = page.state.connections.map((one) => ({ ...one, name: '<img src=x onerror=alert(1)>' }));
    await page.user.click(await button('Settings'));
    await page.user.click(await button('Connections'));
    expect((await screen.findAllByText('<img src=x onerror=alert(1)>')).length).toBeGreaterThan(0);
    expect(document.querySelector('img')).toBeNull();
  });

  it('moves the focus to the title of the page one goes to, not on start', async () => {
    const { user } = openPage();
    await screen.findByRole('button', { name: 'Support dashboards' });
    expect(document.body).toHaveFocus();
    await user.click(await button('Settings'));
    expect(await title('Settings')).toHaveFocus();
  });
});
