import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import * as fixtures from '../ipc/fixtures';
import { byCategory, byHand, expanded, foundAs, isFound, methods, suggestedScopes } from '../lib/provider';
import { WizardModel } from '../state/wizard.svelte';
import type { World } from '../ipc/fake';
import { button, expectAccessible, openPage as open, sent, title, type Page } from './page';

const start = { name: 'wizard', start: { kind: 'new' } } as const;
const openPage = (over: Partial<World>, route: typeof start): Page =>
  open({ providers: fixtures.catalogue, ...over }, route);
const search = () => screen.findByRole('searchbox', { name: 'Search products' });

async function choose(page: Page, name: string): Promise<void> {
  await title('What are you connecting?');
  await page.user.click(screen.getByRole('radio', { name }));
  await page.user.click(await button('Continue'));
}

describe('what a provider file says', () => {
  it('fills braces from variables and the region, and is silent while one is empty', () => {
    const salesforce = fixtures.provider('salesforce');
    const { suffix } = salesforce.variables[0] ?? {};
    expect(expanded(suffix ?? '', salesforce, { place: 'production' })).toBe('.my.salesforce.com');
    expect(expanded(suffix ?? '', salesforce, {})).toBeNull();
  });

  it('groups what is any system at the end, and finds the one whose addresses are typed', () => {
    const groups = byCategory(fixtures.catalogue, 'Contact centre');
    expect(groups[0]?.name).toBe('Contact centre');
    expect(groups.at(-1)?.name).toBeNull();
    expect(groups.at(-1)?.views.map((one) => one.provider.id)).toEqual(
      expect.arrayContaining(['api-key', 'http-basic', 'none', 'custom-oauth']),
    );
    expect(groups.flatMap((one) => one.views)).toHaveLength(fixtures.catalogue.length);
    expect(byHand(fixtures.catalogue)?.provider.id).toBe('custom-oauth');
  });

  it('is found by name, summary and category, word by word', () => {
    const found = (query: string) =>
      fixtures.catalogue.filter((one) => isFound(one, query)).map((one) => one.provider.id);
    expect(found('zen')).toEqual(['zendesk', 'zendesk-token']);
    expect(found('help desk token')).toEqual(['zendesk-token']);
    expect(found('identity')).toContain('keycloak');
    expect(found('nothing like it')).toEqual([]);
  });

  it('is found by the other names that people use for it', () => {
    const found = (query: string) =>
      fixtures.catalogue.filter((one) => isFound(one, query)).map((one) => one.provider.id);
    for (const [query, id] of [
      ['dynamics', 'dataverse'],
      ['ms crm', 'dataverse'],
      ['azure ad', 'entra'],
      ['office 365', 'entra'],
      ['gmail', 'google'],
      ['workspace', 'google'],
      ['sfdc', 'salesforce'],
      ['oidc', 'custom-oauth'],
    ] as const)
      expect(found(query), query).toContain(id);
    expect(found('crm')).toEqual(
      expect.arrayContaining(['dataverse', 'hubspot', 'pipedrive', 'salesforce', 'zoho-crm']),
    );
  });

  it('says by which other name it was found, where nothing else on the tile does', () => {
    expect(foundAs(fixtures.view('entra'), 'azure a')).toBe('Azure AD');
    expect(foundAs(fixtures.view('entra'), 'graph')).toBeNull();
    expect(foundAs(fixtures.view('entra'), '')).toBeNull();
  });

  it('offers every way of signing in, and no client without a secret where a server signs in by itself', () => {
    const auth0 = fixtures.provider('auth0');
    expect(methods(auth0, 'client_credentials')).toEqual([
      'client_secret_post',
      'client_secret_basic',
      'private_key_jwt',
    ]);
    expect(methods(auth0, 'authorization_code')).toEqual([
      'client_secret_post',
      'client_secret_basic',
      'none',
      'private_key_jwt',
    ]);
    expect(methods(auth0, 'api_key')).toEqual(['none']);
  });

  it('ticks for every grant of every product only scopes that this grant may ask for', () => {
    for (const view of fixtures.catalogue) {
      const { provider } = view;
      expect(Object.keys(view.suggested).toSorted()).toEqual(provider.grants.toSorted());
      for (const grant of provider.grants) {
        const foreign = provider.scopes.entries.filter((one) => one.grant !== null && one.grant !== grant);
        const suggested = suggestedScopes(view, grant);
        expect(foreign.filter((one) => suggested.includes(one.name))).toEqual([]);
      }
    }
  });

  it('changes scopes, client authentication and parameters with the way of signing in', () => {
    const wizard = new WizardModel();
    wizard.choose(fixtures.view('zendesk'), false);
    wizard.setGrant('authorization_code');
    wizard.authentication = 'none';
    wizard.scopes = [...wizard.scopes, 'something:else'];
    wizard.setGrant('client_credentials');
    expect(wizard.authentication).toBe('client_secret_post');
    expect(wizard.scopes).toContain('something:else');
    wizard.parameters = [{ name: 'audience', value: 'a' }];
    wizard.setGrant('api_key');
    expect([wizard.scopes, wizard.parameters, wizard.authentication]).toEqual([[], [], 'none']);
  });
});

describe('choosing a product', () => {
  it('narrows by words and by category, says how many are left, and goes on with Enter', async () => {
    const page = openPage({}, start);
    await page.user.type(await search(), 'zen');
    expect(screen.getAllByRole('radio')).toHaveLength(2);
    expect(screen.getByText('2 products')).toBeInTheDocument();
    // Two are left: Enter leads to them instead of guessing.
    await page.user.keyboard('{Enter}');
    expect(screen.getByRole('radio', { name: 'Zendesk' })).toHaveFocus();
    await page.user.type(await search(), 'desk{Enter}');
    expect(await screen.findByLabelText('Subdomain or address')).toBeInTheDocument();
  });

  it('shows the other name that was searched for', async () => {
    const page = openPage({}, start);
    await page.user.type(await search(), 'azure ad');
    expect(screen.getByRole('radio', { name: 'Microsoft Entra ID' })).toHaveAccessibleDescription(
      /Also known as Azure AD/u,
    );
  });

  it('shows what is due and whose file it is', async () => {
    const own = { ...fixtures.provider('hubspot'), id: 'ours', name: 'Our own' };
    openPage({ providers: [...fixtures.catalogue, fixtures.own(own)] }, start);
    expect(await screen.findByRole('radio', { name: 'HubSpot' })).toHaveAccessibleDescription(
      /Person Changes 16 Feb 2027/u,
    );
    expect(screen.getByRole('radio', { name: 'Our own' })).toHaveAccessibleDescription(/Your own file/u);
    await expectAccessible();
  });

  it('goes on with what is in sight, never with a choice that the search has hidden', async () => {
    const page = openPage({}, start);
    await page.user.type(await search(), 'zen');
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('alert')).toHaveTextContent('Choose what you want to connect.');
    await page.user.clear(await search());
    await page.user.type(await search(), 'hubspot');
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    expect(screen.getByRole('heading', { name: 'A person approves' })).toBeInTheDocument();
  });

  it('keeps something else in sight for whoever finds nothing', async () => {
    const page = openPage({}, start);
    await page.user.type(await search(), 'qqq');
    expect(screen.getAllByRole('radio').map((one) => one.id)).toEqual(['product-other']);
  });
});

describe('the steps of other systems', () => {
  it('draw the suffix around the account and take a whole address', async () => {
    const page = openPage({}, start);
    await choose(page, 'Zendesk');
    const field = await screen.findByLabelText('Subdomain or address');
    await page.user.type(field, 'acme');
    expect(screen.getByText('.zendesk.com')).toBeInTheDocument();
    await page.user.clear(field);
    await page.user.type(field, 'https://acme.zendesk.com/agent');
    expect(screen.queryByText('.zendesk.com')).toBeNull();
    expect(await screen.findByText(/oauth\/tokens/u)).toHaveTextContent('https://acme.zendesk.com/oauth/tokens');
  });

  it('ask a key by the name of its file, and neither scopes nor client authentication', async () => {
    const page = openPage({ connections: [] }, start);
    await choose(page, 'A system with an API key');
    await page.user.type(await screen.findByLabelText('API address'), 'https://api.example.com/v1');
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    expect(screen.queryByText('More options')).toBeNull();
    await page.user.click(await button('Continue'));
    if (screen.queryByRole('heading', { level: 1, name: /^Get the credentials/u }))
      await page.user.click(await button('Continue'));
    await title('Enter the credentials');
    await page.user.click(await button('Save and prove'));
    expect(await screen.findByRole('alert')).toHaveTextContent('Enter the');
    const { label } = fixtures.provider('api-key').static_credentials?.secret ?? { label: '' };
    await page.user.type(screen.getByLabelText(label), 'a-key-of-some-length');
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({
      grant: 'api_key',
      client_authentication: 'none',
      scopes: [],
      parameters: {},
      client_id: null,
      client_secret: 'a-key-of-some-length',
    });
    expect(screen.getByText('No access token is needed')).toBeInTheDocument();
  });

  it('ask nothing where there is nothing, and keep it all the same', async () => {
    const page = openPage({ connections: [] }, start);
    await choose(page, 'A system without sign-in');
    await page.user.type(await screen.findByLabelText('API address'), 'https://api.example.com/v1');
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    await page.user.click(await button('Continue'));
    if (screen.queryByRole('heading', { level: 1, name: /^Before you connect/u }))
      await page.user.click(await button('Continue'));
    await title('There is nothing to enter');
    await page.user.click(await button('Save and prove'));
    await title('Prove it');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({ grant: 'none', client_secret: null });
  });

  it('take a client without a secret where a person approves', async () => {
    const page = openPage({ connections: [] }, start);
    await choose(page, 'Zendesk');
    await page.user.type(await screen.findByLabelText('Subdomain or address'), 'acme');
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    expect(screen.queryByRole('radio', { name: /Without a secret/u })).toBeNull();
    await page.user.click(screen.getByRole('radio', { name: 'A person approves' }));
    await page.user.click(await screen.findByRole('radio', { name: /Without a secret/u }));
    await page.user.click(await button('Continue'));
    await title('Create the client in Zendesk');
    await waitFor(() => expect(screen.getAllByText(/^http:\/\/127/u)).not.toHaveLength(0));
    await page.user.click(await button('Continue'));
    await title('Enter the values');
    expect(screen.queryByLabelText('Client secret')).toBeNull();
    await page.user.type(screen.getByLabelText('Client ID'), 'public-client');
    await page.user.click(await button('Save'));
    await screen.findByRole('dialog');
    expect(sent(page.state, 'addConnection')[0]?.[0]).toMatchObject({
      client_authentication: 'none',
      client_secret: null,
    });
  });

  it('say why a password is not taken, what is instead, what is due and where values come from', async () => {
    const page = openPage({}, start);
    await choose(page, 'HubSpot');
    await title('How does it sign in?');
    const due = screen.getByRole('region', { name: 'What ends or changes' });
    expect(due).toHaveTextContent('16 Feb 2027, in 86 days.');
    await page.user.click(within(due).getByRole('button', { name: /^Open the source/u }));
    const [provider, source] = sent(page.state, 'openSource')[0] ?? [];
    expect([provider, String(source).startsWith('https://')]).toEqual(['hubspot', true]);
    await page.user.click(screen.getByText('Not offered here'));
    expect(screen.getByText(/RFC 9700/u)).toHaveTextContent('Choose “A person approves” instead');
    await page.user.click(screen.getByText(/^Where these values come from/u));
    await expectAccessible();
  });
});

describe('additional parameters', () => {
  it('go into the draft, and what Rust refuses is said at their row', async () => {
    const page = openPage({ connections: [] }, start);
    await choose(page, 'Zendesk');
    await page.user.type(await screen.findByLabelText('Subdomain or address'), 'acme');
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    await page.user.click(screen.getByText('More options'));
    await page.user.click(await button('Add a parameter'));
    expect(screen.getByLabelText('Name of parameter 1')).toHaveFocus();
    await page.user.type(screen.getByLabelText('Name of parameter 1'), 'client_id');
    await page.user.type(screen.getByLabelText('Value of parameter 1'), 'x');
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('alert')).toHaveTextContent('Proofkey sends “client_id” itself.');
    expect(screen.getByLabelText('Value of parameter 1')).toBeInvalid();
    await expectAccessible();
    await page.user.clear(screen.getByLabelText('Name of parameter 1'));
    await page.user.type(screen.getByLabelText('Name of parameter 1'), 'audience');
    await page.user.click(await button('Add a parameter'));
    await page.user.type(screen.getByLabelText('Name of parameter 2'), 'audience');
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('alert')).toHaveTextContent('The parameter “audience” is there twice.');
    await page.user.click(screen.getAllByRole('button', { name: 'Remove the parameter audience' })[1] as HTMLElement);
    await page.user.click(await button('Continue'));
    await title('Create the client in Zendesk');
    expect(sent(page.state, 'reviewDraft').at(-1)?.[0]).toMatchObject({ parameters: { audience: 'x' } });
  });
});

describe('something else', () => {
  const other = async (page: Page) => {
    await title('What are you connecting?');
    await page.user.click(screen.getByRole('radio', { name: 'Something else' }));
  };

  it('asks for the addresses when there is no issuer', async () => {
    const page = openPage({}, start);
    await other(page);
    await page.user.click(screen.getByRole('radio', { name: /^Its addresses/u }));
    await page.user.click(await button('Continue'));
    await title('Where is it?');
    for (const one of byHand(fixtures.catalogue)?.provider.variables ?? [])
      expect(screen.getByLabelText(new RegExp(`^${one.label}`, 'u'))).toBeInTheDocument();
  });

  it('leads from a missing address back to its field', async () => {
    const page = openPage({}, start);
    await other(page);
    await page.user.click(screen.getByRole('radio', { name: /^Its addresses/u }));
    await page.user.click(await button('Continue'));
    await title('Where is it?');
    for (const one of byHand(fixtures.catalogue)?.provider.variables ?? []) {
      if (one.optional) continue;
      await page.user.click(screen.getByLabelText(new RegExp(`^${one.label}`, 'u')));
      await page.user.paste('https://erp.example.com/oauth');
    }
    await page.user.click(await button('Continue'));
    await title('How does it sign in?');
    await page.user.click(screen.getByRole('radio', { name: /^A person approves/u }));
    await page.user.click(await button('Continue'));
    await page.user.click(await screen.findByRole('link', { name: /is missing/u }));
    await title('Where is it?');
    const address = screen.getByLabelText(/^Authorization address/u);
    await waitFor(() => expect(address).toHaveFocus());
    expect(address).toHaveAccessibleDescription(/is missing/u);
  });

  it('offers what was made from the same issuer, or to make it again', async () => {
    const page = openPage({ providers: [...fixtures.catalogue, fixtures.own(fixtures.discovered)] }, start);
    await other(page);
    await page.user.type(screen.getByRole('textbox', { name: 'Issuer address' }), 'https://login.example.com/');
    await page.user.click(await button('Continue'));
    await page.user.click(await button('Make it again'));
    await title('How does it sign in?');
    expect(sent(page.state, 'providerFromIssuer').map(([, replace]) => replace)).toEqual([false, true]);
  });

  it('never offers what another issuer made', async () => {
    const made = { ...fixtures.discovered };
    made.endpoints = { ...made.endpoints, issuer: 'https://login.example.com/other' };
    const page = openPage({ providers: [...fixtures.catalogue, fixtures.own(made)] }, start);
    await other(page);
    await page.user.type(screen.getByRole('textbox', { name: 'Issuer address' }), 'https://login.example.com');
    await page.user.click(await button('Continue'));
    expect(await screen.findByRole('alert')).toHaveTextContent('already');
    expect(screen.queryByRole('button', { name: 'Make it again' })).toBeNull();
  });
});
