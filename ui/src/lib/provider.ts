// What the page reads out of a provider file. Every rule here is about the shape, none about a product.

import type {
  ClientAuthentication,
  Evidence,
  Grant,
  Provider,
  ProviderView,
  ProviderWarning,
  ScopeCatalogue,
  Variable,
} from '../ipc/bindings';

export const isOauth = (grant: Grant): boolean => grant === 'client_credentials' || grant === 'authorization_code';

/** `text` with the values of its braces; `null` while one of them is missing. */
export function expanded(text: string, provider: Provider, variables: Record<string, string>): string | null {
  const regional = regionOf(provider, variables)?.values ?? {};
  let whole = true;
  const filled = text.replaceAll(/\{(\w+)\}/gu, (_all, name: string) => {
    const value = variables[name] || regional[name];
    whole &&= value !== undefined && value !== '';
    return value ?? '';
  });
  return whole ? filled : null;
}

export function regionOf(provider: Provider, variables: Record<string, string>) {
  const name = provider.variables.find((one) => one.kind === 'region')?.name;
  return name === undefined ? null : (provider.regions.find((one) => one.id === variables[name]) ?? null);
}

/** The variable whose value is the account: what core finds in a pasted address. */
export function accountVariable(provider: Provider | null): Variable | null {
  return provider?.variables.find((one) => one.kind === 'host_label') ?? null;
}

/** Not one system but any: its addresses are typed by the person and nothing of them is known. */
export function isGeneric(provider: Provider): boolean {
  const { api_base, token } = provider.endpoints;
  return typed(provider, api_base) && (token === null || typed(provider, token));
}

/** The provider of any OAuth server whose addresses are typed by hand. */
export function byHand(catalogue: readonly ProviderView[]): ProviderView | null {
  return catalogue.find(({ provider }) => isGeneric(provider) && provider.endpoints.token !== null) ?? null;
}

function typed(provider: Provider, template: string): boolean {
  const name = /^\{(\w+)\}$/u.exec(template)?.[1];
  return provider.variables.some((one) => one.name === name && one.kind === 'https_url');
}

/** Ways of client authentication that can be chosen for this grant, the usual one first. */
export function methods(provider: Provider | null, grant: Grant): ClientAuthentication[] {
  if (!isOauth(grant)) return ['none'];
  // A client without a secret cannot sign in by itself.
  const possible = (one: ClientAuthentication) => one !== 'none' || grant === 'authorization_code';
  return provider?.client_authentication.filter(possible) ?? [];
}

/** What is ticked at first for this grant. */
export function suggestedScopes(view: ProviderView | null, grant: Grant): readonly string[] {
  return view?.suggested[grant] ?? [];
}

export function namesScopes(provider: Provider, grant: Grant): boolean {
  return isOauth(grant) && !(grant === 'client_credentials' && provider.client_credentials.scope === 'unsupported');
}

/** Only what this grant may ask for. */
export function scopesOf(provider: Provider, grant: Grant): ScopeCatalogue {
  const { scopes } = provider;
  return { ...scopes, entries: scopes.entries.filter((one) => one.grant === null || one.grant === grant) };
}

/** Those that concern this grant. */
export function warningsOf(view: ProviderView | null, grant: Grant): ProviderWarning[] {
  return view?.warnings.filter((one) => one.grant === null || one.grant === grant) ?? [];
}

export function unverified(provider: Provider): Evidence[] {
  return provider.evidence.filter((one) => one.certainty === 'unverified');
}

export interface ProductGroup {
  /** Nothing for those that are any system. */
  name: string | null;
  views: ProviderView[];
}

/** By category in the order of the alphabet, `first`'s before the others, and what is any system at the end. */
export function byCategory(catalogue: readonly ProviderView[], first: string | null): ProductGroup[] {
  const named = new Map<string, ProviderView[]>();
  const generic = catalogue.filter(({ provider }) => isGeneric(provider));
  for (const view of catalogue.filter(({ provider }) => !isGeneric(provider))) {
    const { category } = view.provider;
    named.set(category, [...(named.get(category) ?? []), view]);
  }
  const rank = (name: string) => (name === first ? `0${name}` : `1${name}`);
  const groups: ProductGroup[] = [...named]
    .map(([name, views]) => ({ name, views: views.toSorted(byName) }))
    .toSorted((one, other) => rank(one.name).localeCompare(rank(other.name)));
  return generic.length > 0 ? [...groups, { name: null, views: generic.toSorted(byName) }] : groups;
}

const byName = (one: ProviderView, other: ProviderView) => one.provider.name.localeCompare(other.provider.name);

/** Whether every word of `query` begins a word of what is known of the product. */
export function isFound({ provider }: ProviderView, query: string): boolean {
  const { name, id, category, summary, also_known_as } = provider;
  return matches([name, id, category, summary, ...also_known_as].join(' '), query);
}

/** The other name that `query` means, for a tile on which nothing else says why it was found. */
export function foundAs({ provider }: ProviderView, query: string): string | null {
  const { name, category, summary, also_known_as } = provider;
  if (query.trim() === '' || matches(`${name} ${category} ${summary}`, query)) return null;
  return also_known_as.find((other) => matches(other, query)) ?? null;
}

export function matches(text: string, query: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const asked = query
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return asked.every((one) => words.some((word) => word.startsWith(one)));
}
