// What the practice server has to do with a product.

import type { Grant, PracticeView, Provider, Variable } from '../ipc/bindings';
import { accountVariable } from './provider';

/** Somebody to practise as. Every value is public by design. */
export interface PracticeCustomerCard {
  name: string;
  /** What is special about it. */
  text: string;
  variables: Record<string, string>;
  clientId: string;
  clientSecret: string;
  /** The way of signing in that it is about; none where it knows several. */
  grant: Grant | null;
}

/** An issuer's address with and without a slash at its end is one. */
export function plain(address: string): string {
  return address.trim().replace(/\/+$/u, '');
}

/** Whether this is the address of the pretend sign-in server, which leads nowhere else. */
export function isPretend(practice: PracticeView, issuer: string | null): boolean {
  return practice.issuer !== null && issuer !== null && plain(issuer) === plain(practice.issuer.issuer);
}

/** Whether the practice server answers for this product. */
export function plays(practice: PracticeView, provider: Provider | null): boolean {
  if (provider === null) return false;
  return practice.provider === provider.id || isPretend(practice, provider.endpoints.issuer);
}

/** Whom it knows, in the words and variables of this product. */
export function customers(practice: PracticeView, provider: Provider | null): PracticeCustomerCard[] {
  if (provider === null || !plays(practice, provider)) return [];
  if (practice.customer) return [only(practice.customer, provider)];
  if (practice.provider !== provider.id) return practice.issuer ? [beside(practice.issuer)] : [];
  const account = accountVariable(provider)?.name ?? 'account';
  const region = provider.variables.find((one) => one.kind === 'region')?.name ?? 'region';
  return practice.accounts.map((one) => ({
    name: one.account,
    text: `${one.region.toUpperCase()} · ${one.lesson}`,
    variables: { [account]: one.account, [region]: one.region },
    clientId: one.client_id,
    clientSecret: one.client_secret,
    grant: one.grant,
  }));
}

function only(customer: NonNullable<PracticeView['customer']>, provider: Provider): PracticeCustomerCard {
  const { variables } = customer;
  const account = accountVariable(provider);
  const named = account ? variables[account.name] : undefined;
  const others = provider.variables.filter((one) => one !== account && variables[one.name]);
  return {
    name: named ?? provider.name,
    text: others.map((one) => shown(one, variables[one.name] ?? '', provider)).join(' · '),
    variables,
    clientId: customer.client_id,
    clientSecret: customer.client_secret ?? '',
    grant: null,
  };
}

/** A region by its name; anything else behind its label. */
function shown(variable: Variable, value: string, provider: Provider): string {
  if (variable.kind !== 'region') return `${variable.label} ${value}`;
  return provider.regions.find((one) => one.id === value)?.label ?? value;
}

function beside(issuer: NonNullable<PracticeView['issuer']>): PracticeCustomerCard {
  const { client_id: clientId, client_secret: clientSecret } = issuer;
  return { name: issuer.issuer, text: '', variables: {}, clientId, clientSecret, grant: null };
}
