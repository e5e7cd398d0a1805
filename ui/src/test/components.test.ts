import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import CopyButton from '../components/CopyButton.svelte';
import ScopePicker from '../components/ScopePicker.svelte';
import SecretField from '../components/SecretField.svelte';
import { talkdesk } from '../ipc/fixtures';
import { live } from '../state/live.svelte';

describe('a secret field', () => {
  it('shows its value only while the button is held', async () => {
    render(SecretField, { id: 'secret', label: 'Client secret', value: 'hidden words' });
    const field = screen.getByLabelText('Client secret');
    const hold = screen.getByRole('button', { name: 'Hold to show' });
    expect(field).toHaveAttribute('type', 'password');
    await fireEvent.pointerDown(hold);
    expect(field).toHaveAttribute('type', 'text');
    expect(live.text).toBe('The value is visible');
    await fireEvent.pointerUp(window);
    expect(field).toHaveAttribute('type', 'password');
  });

  it('can be held by key, and hides when the focus goes', async () => {
    render(SecretField, { id: 'secret', label: 'Client secret', value: 'hidden words' });
    const hold = screen.getByRole('button', { name: 'Hold to show' });
    hold.focus();
    await fireEvent.keyDown(hold, { key: ' ' });
    expect(screen.getByLabelText('Client secret')).toHaveAttribute('type', 'text');
    await fireEvent.blur(hold);
    expect(screen.getByLabelText('Client secret')).toHaveAttribute('type', 'password');
  });
});

describe('a copy button', () => {
  it('says so when the system refuses', async () => {
    const user = userEvent.setup();
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('no'));
    render(CopyButton, { text: 'value' });
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(live.note).toContain('Not copied');
    expect(screen.getByRole('button', { name: 'Copy' })).toBeInTheDocument();
  });
});

describe('the scope picker', () => {
  it('adds by Enter, by tick and as typed, and removes by chip', async () => {
    const user = userEvent.setup();
    render(ScopePicker, { catalogue: talkdesk.scopes, scopes: [], notes: [] });
    expect(screen.getByText(/None chosen/u)).toBeInTheDocument();
    const search = screen.getByRole('searchbox');
    await user.type(search, 'users:read{Enter}');
    expect(screen.getByRole('button', { name: 'Remove users:read' })).toBeInTheDocument();
    expect(search).toHaveValue('');
    await user.type(search, 'fsi-cards');
    await user.click(screen.getByRole('checkbox', { name: 'fsi-cards:write' }));
    await user.clear(search);
    await user.type(search, 'own:scope');
    await user.click(screen.getByRole('button', { name: 'Add “own:scope” as typed' }));
    expect(screen.getByText('not in the list')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Remove users:read' }));
    expect(screen.queryByRole('button', { name: 'Remove users:read' })).toBeNull();
  });
});
