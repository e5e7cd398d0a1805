import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { problem } from '../ipc/fake';
import { vault } from '../ipc/fixtures';
import { button, openPage, sent, title } from './page';

describe('settings', () => {
  it('paint the theme at once and keep it', async () => {
    const page = openPage({}, { name: 'settings' });
    await page.user.click(await screen.findByRole('radio', { name: 'Dark' }));
    expect(document.documentElement).toHaveAttribute('data-theme', 'dark');
    await waitFor(() => expect(page.state.settings.theme).toBe('dark'));
  });

  it('go back to the theme before when it could not be kept', async () => {
    const page = openPage(
      { refusals: { saveSettings: problem({ code: 'file_failed', summary: 'The disk is full.' }) } },
      { name: 'settings' },
    );
    await page.user.click(await screen.findByRole('radio', { name: 'Dark' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The disk is full.');
    expect(document.documentElement).toHaveAttribute('data-theme', 'light');
  });

  it('refuse a proxy with a user name and keep a good one with the CA file', async () => {
    const page = openPage({}, { name: 'settings' });
    await page.user.click(await screen.findByRole('radio', { name: 'This one' }));
    const address = screen.getByLabelText('Proxy address');
    await page.user.type(address, 'http://ada:pw@proxy.example:3128');
    await page.user.click(await button('Save network settings'));
    expect(sent(page.state, 'saveSettings')).toHaveLength(0);
    await page.user.clear(address);
    await page.user.type(address, 'http://proxy.example:3128');
    await page.user.click(await button('Choose file'));
    await page.user.click(await button('Save network settings'));
    await waitFor(() =>
      expect(page.state.settings).toEqual({
        theme: 'system',
        proxy: { mode: 'manual', url: 'http://proxy.example:3128' },
        ca_file: '/etc/ssl/company-root.pem',
      }),
    );
  });

  it('say which vault is in use and what is wrong with it', async () => {
    openPage(
      { vault: { ...vault, working: false, summary: 'The keychain is locked.', remedy: 'Unlock it.' } },
      { name: 'settings' },
    );
    expect(await screen.findByText('Not working')).toBeInTheDocument();
    expect(screen.getByText('The keychain is locked.')).toBeInTheDocument();
  });
});

describe('practice', () => {
  it('starts, copies, leads into the wizard', async () => {
    const page = openPage({}, { name: 'practice' });
    await page.user.click(await button('Start practice'));
    await page.user.click(await button('Copy ID, acme'));
    expect(await navigator.clipboard.readText()).toBe('f0c1a4d2e5b64f7a9c3d1e8b7a605142');
    expect(await button('Copied')).toBeInTheDocument();
    await page.user.click(await button('Use in a new connection: globex'));
    await title('Where is your account?');
    expect(await screen.findByText('https://globex.talkdeskid.eu/oauth/token')).toBeInTheDocument();
  });

  it('says why it could not start', async () => {
    const page = openPage(
      { refusals: { practiceStart: problem({ summary: 'No port is free.' }) } },
      { name: 'practice' },
    );
    await page.user.click(await button('Start practice'));
    expect(await screen.findByRole('alert')).toHaveTextContent('No port is free.');
  });
});

describe('about', () => {
  it('says version and license', async () => {
    openPage({}, { name: 'about' });
    expect(await screen.findByText('MIT OR Apache-2.0')).toBeInTheDocument();
  });
});
