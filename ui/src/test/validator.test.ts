import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { mistakes, started, trialScript, unreached } from '../ipc/fake-validator';
import { problem } from '../ipc/fake';
import { button, expectAccessible, openPage, sent, title, type Page } from './page';

const ADDRESS = 'https://bridge.example.com/authorization';

async function open(over: Parameters<typeof openPage>[0] = {}): Promise<Page> {
  const page = openPage(over, { name: 'validator' });
  await title('Validator');
  return page;
}

async function fill({ user }: Page, address = ADDRESS): Promise<void> {
  await user.type(screen.getByLabelText('Address of the validator'), address);
  await user.type(screen.getByLabelText('Value of field 1'), 'pat');
  await user.type(screen.getByLabelText('Value of field 2'), 'correct horse');
}

const run = ({ user }: Page) => user.click(screen.getByRole('button', { name: 'Try it' }));
const line = (name: string) => screen.getByText(name).closest('li') as HTMLElement;

describe('trying a validator', () => {
  it('is reached from the rail', async () => {
    const page = openPage();
    await page.user.click(await button('Validator'));
    await title('Validator');
    await expectAccessible();
  });

  it('sends the fields as they were typed, and shows every point that holds', async () => {
    const page = await open();
    await fill(page);
    expect(screen.getByLabelText('Value of field 2')).toHaveAttribute('type', 'password');
    await run(page);
    expect(await screen.findByText('All 16 points that were tried hold')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Result' })).toHaveFocus();
    expect(sent(page.state, 'tryValidator')[0]?.[0]).toEqual({
      address: ADDRESS,
      headers: null,
      fields: [
        { name: 'username', kind: 'text', value: 'pat', secret: false },
        { name: 'password', kind: 'text', value: 'correct horse', secret: true },
      ],
      extent: 'suite',
    });
    await expectAccessible();
  });

  it('opens what is wrong, with the cause and what to do', async () => {
    const page = await open({ trial: { ...trialScript(), mistakes } });
    await fill(page);
    await run(page);
    expect(await screen.findByText('2 points need your attention')).toBeInTheDocument();
    const altered = within(line('A wrong secret is refused'));
    expect(altered.getByText('It accepts a wrong password.')).toBeVisible();
    expect(altered.getByText(/answer 401 when it refuses them/u)).toBeVisible();
    await page.user.click(await button('Copy the report'));
    const copied = await navigator.clipboard.readText();
    expect(copied).toContain('[failed] A wrong secret is refused');
    expect(copied).not.toContain('correct horse');
  });

  it('says what could not be tried', async () => {
    const page = await open({ trial: { ...trialScript(), mistakes: unreached } });
    await fill(page);
    await run(page);
    await screen.findByText('1 point needs your attention');
    expect(within(line('It answers quickly')).getByText(/not reached/iu)).toBeInTheDocument();
  });

  it('leads to all that keeps it from being tried', async () => {
    const page = await open();
    await fill(page, 'bridge.example.com');
    await page.user.click(await button('Add a field'));
    expect(screen.getByLabelText('Name of field 3')).toHaveFocus();
    await page.user.selectOptions(screen.getByLabelText('Kind of field 3'), 'integer');
    await run(page);
    const summary = within(await screen.findByRole('alert'));
    expect(summary.getAllByRole('link')).toHaveLength(3);
    await page.user.click(summary.getByRole('link', { name: 'This field has no name.' }));
    expect(screen.getByLabelText('Name of field 3')).toHaveFocus();
    await expectAccessible();
    await page.user.click(await button('Remove field 3'));
    await page.user.clear(screen.getByLabelText('Address of the validator'));
    await page.user.type(screen.getByLabelText('Address of the validator'), ADDRESS);
    await run(page);
    await screen.findByText(/points that were tried hold/u);
  });

  it('asks once with credentials that should be refused', async () => {
    const page = await open();
    await fill(page);
    await page.user.click(screen.getByLabelText('One call, with credentials that do not work'));
    await run(page);
    await screen.findByText('All 8 points that were tried hold');
    expect(sent(page.state, 'tryValidator')[0]?.[0]).toMatchObject({ extent: 'refused' });
    expect(screen.queryByText('A missing secret is refused')).toBeNull();
  });

  it('asks for what the product of a connection asks for, and takes no secret of it', async () => {
    const page = await open();
    await page.user.selectOptions(await screen.findByLabelText('Fields of a connection'), 'Support dashboards');
    expect(await screen.findByLabelText('Account name')).toHaveValue('acme');
    expect(screen.getByText('The first part of your Talkdesk address.')).toBeVisible();
    expect(screen.getByRole('option', { name: 'United States', selected: true })).toBeInTheDocument();
    expect(screen.getByLabelText('Client secret')).toHaveValue('');
    expect(screen.getByLabelText('Client secret')).toHaveAttribute('type', 'password');
    await expectAccessible();
    await page.user.click(await button('Change names and kinds'));
    const names = screen.getAllByLabelText(/^Name of field/u).map((one) => (one as HTMLInputElement).value);
    expect(names).toEqual(['account', 'region', 'client_id', 'client_secret']);
    expect(screen.getByLabelText('Value of field 1')).toHaveValue('acme');
    expect(screen.getByLabelText('Field 4 is a secret')).toBeChecked();
  });

  it('says why the product of a connection can be no integration', async () => {
    const refusals = { suggestedIntegration: [problem({ summary: 'It asks for no credentials.' })] };
    const page = await open({ refusals });
    await page.user.selectOptions(await screen.findByLabelText('Fields of a connection'), 'Support dashboards');
    expect(await screen.findByRole('alert')).toHaveTextContent('It asks for no credentials.');
    expect(screen.getByLabelText('Name of field 1')).toHaveValue('username');
  });

  it('stops when asked, and says so', async () => {
    const page = await open({ stepMs: 20 });
    await fill(page);
    await run(page);
    await page.user.click(await button('Stop'));
    expect(await screen.findAllByText('Stopped. Nothing was kept.')).not.toHaveLength(0);
    expect(sent(page.state, 'cancelTrial')).toHaveLength(1);
  });

  it('keeps the last reports while other screens are looked at, and forgets the secrets', async () => {
    const page = await open();
    await fill(page);
    await page.user.click(screen.getByText('The validator wants to know who calls'));
    await page.user.type(screen.getByLabelText('Headers of the caller'), 'Authorization: Bearer abc');
    await run(page);
    await screen.findByText(/points that were tried hold/u);
    page.router.go({ name: 'home' });
    await title('Connections');
    page.router.go({ name: 'validator' });
    await title('Validator');
    expect(screen.getByLabelText('Value of field 1')).toHaveValue('pat');
    expect(screen.getByLabelText('Value of field 2')).toHaveValue('');
    expect(screen.getByLabelText('Headers of the caller')).toHaveValue('');
    const last = within(screen.getByRole('region', { name: 'Last trials' }));
    await page.user.click(last.getByRole('button', { name: /Holds/u }));
    expect(screen.getByRole('heading', { name: 'Result' })).toHaveFocus();
  });

  it('says what went wrong beside the draft', async () => {
    const refusals = { tryValidator: [problem({ summary: 'The settings name a proxy that cannot be used.' })] };
    const page = await open({ refusals });
    await fill(page);
    await run(page);
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('a proxy that cannot be used'));
  });
});

describe('a validator on this computer', () => {
  it('starts for the product of a connection, and leads its fields into the form', async () => {
    const page = await open();
    expect(await button('Start')).toBeDisabled();
    await page.user.selectOptions(
      await screen.findByLabelText('For the product of a connection'),
      'Support dashboards',
    );
    await page.user.click(await button('Start'));
    expect(await screen.findByText('http://127.0.0.1:43117/helpdesk/authorization')).toBeInTheDocument();
    expect(sent(page.state, 'validatorStart')).toEqual([['support-dashboards']]);
    expect(screen.getByText('Refused: missing field')).toBeInTheDocument();
    await expectAccessible();
    await page.user.click(await button('Try this one: Helpdesk'));
    const address = screen.getByLabelText('Address of the validator');
    expect(address).toHaveFocus();
    expect(address).toHaveValue('http://127.0.0.1:43117/helpdesk/authorization');
    expect(screen.getByLabelText('API token')).toHaveAttribute('type', 'password');
    // Somebody else may get its port.
    await page.user.click(await button('Stop the validator'));
    expect(await button('Start')).toBeInTheDocument();
    expect(address).toHaveValue('');
  });

  it('leaves out optional fields without a value, and leads to the field that is wrong', async () => {
    const page = await open({ trial: { ...trialScript(), local: started } });
    await page.user.click(await button('Try this one: Helpdesk'));
    await page.user.type(screen.getByLabelText('Subdomain'), 'acme');
    await page.user.selectOptions(screen.getByLabelText(/^Sandbox/u), 'Yes (true)');
    await run(page);
    await screen.findByText(/points that were tried hold/u);
    const [wish] = sent(page.state, 'tryValidator')[0] as [{ fields: { name: string }[] }];
    expect(wish.fields.map(({ name }) => name)).toEqual(['subdomain', 'email_address', 'api_token', 'sandbox']);
    await page.user.type(screen.getByLabelText(/^Workspace/u), '12a');
    await run(page);
    const summary = within(await screen.findByRole('alert'));
    await page.user.click(summary.getByRole('link', { name: 'This is no whole number that JSON can carry.' }));
    expect(screen.getByLabelText(/^Workspace/u)).toHaveFocus();
  });

  it('shows the configuration for a server, to copy and to save', async () => {
    const page = await open();
    await page.user.selectOptions(
      await screen.findByLabelText('For the product of a connection'),
      'Support dashboards',
    );
    await page.user.click(await screen.findByText('Its configuration, for a server'));
    expect(screen.getByText(/provider = "talkdesk"/u)).toBeVisible();
    await page.user.click(await button('Copy the configuration'));
    expect(await navigator.clipboard.readText()).toContain('[integration.fields]');
    await page.user.click(await button('Save as a file'));
    expect(await screen.findAllByText('Saved to /home/ada/validator.toml. It holds no secret.')).not.toHaveLength(0);
    expect(sent(page.state, 'saveSuggestedIntegration')).toEqual([['support-dashboards']]);
    await expectAccessible();
  });

  it('says all that is wrong with a configuration, and nothing after a dismissed dialog', async () => {
    const refused = [
      problem({ summary: 'Line 4: This is no address with a port.', field: 'listen' }),
      problem({ summary: 'Line 9: Choose another path.', field: 'integration[0].path' }),
    ];
    const page = await open({ refusals: { chooseValidator: refused }, dialog: 'dismiss' });
    await page.user.click(await button('Open a configuration'));
    expect(await screen.findAllByRole('alert')).toHaveLength(2);
    await page.user.click(await button('Open a configuration'));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(screen.queryByText(/The validator runs/u)).toBeNull();
  });
});
