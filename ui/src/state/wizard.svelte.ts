// What the wizard knows. One instance a visit; what may be kept of it is the draft, never a secret.

import type {
  BasicEncoding,
  ClientAuthentication,
  ConnectionDraft,
  ConnectionView,
  EndpointsView,
  Finding,
  Grant,
  PracticeAccount,
  Provider,
  Redirect,
  Region,
} from '../ipc/bindings';

export const STEPS = ['product', 'account', 'signin', 'client', 'values', 'proof', 'keep', 'approval'] as const;
export type StepId = (typeof STEPS)[number];

/** The shape of a kept draft; another version is discarded, not guessed at. */
export interface KeptDraft {
  version: 1;
  step: StepId;
  provider: string;
  practice: boolean;
  input: string;
  variables: Record<string, string>;
  authentication: ClientAuthentication;
  encoding: BasicEncoding | null;
  scopes: string[];
  ticks: boolean[];
  /** Absent from drafts of before a person could approve. */
  grant?: Grant;
  redirect?: Redirect | null;
  /** Absent from drafts of before there were any. */
  parameters?: Record<string, string>;
}

export class WizardModel {
  step = $state<StepId>('product');
  provider = $state.raw<Provider | null>(null);
  practice = $state(false);
  /** Something that is not among the products: made from the address of its issuer. */
  other = $state(false);
  issuer = $state('');
  /** The address that the present provider was made from; it is not made twice. */
  madeFrom = '';
  /** What stands in the account box, as typed. */
  input = $state('');
  variables = $state<Record<string, string>>({});
  /** Additional authentication parameters. */
  parameters = $state<Record<string, string>>({});
  grant = $state<Grant>('client_credentials');
  /** Made once, because it is registered at the provider. */
  redirect = $state.raw<Redirect | null>(null);
  authentication = $state<ClientAuthentication>('client_secret_basic');
  encoding = $state<BasicEncoding | null>(null);
  scopes = $state<string[]>([]);
  ticks = $state<boolean[]>([]);
  clientId = $state('');
  clientSecret = $state('');
  /** The present values were questioned once; going on takes them as they are. */
  warned = $state(false);
  name = $state('');
  /** The stored connection: from the first save on, or the one being reconfigured. */
  connection = $state.raw<ConnectionView | null>(null);
  endpoints = $state.raw<EndpointsView | null>(null);
  /** Published by the practice Talkdesk while it runs. */
  practiceAccounts = $state.raw<PracticeAccount[]>([]);
  /** Of what is stored, once something is. */
  savedPrint = '';
  readonly reconfiguring: boolean;
  /** Reached so far; steps up to it can be revisited. */
  furthest = $state(0);

  constructor(reconfiguring = false) {
    this.reconfiguring = reconfiguring;
  }

  get steps(): readonly StepId[] {
    const asked = ['account', 'signin', 'client', 'values'] as const;
    // A provider made from its issuer has no accounts to tell apart.
    const own = this.provider?.variables.length === 0 ? asked.slice(1) : asked;
    if (this.grant === 'authorization_code') {
      // Behind the values a person approves: on the page of the connection, which then proves it.
      return this.reconfiguring ? [...own, 'approval'] : ['product', ...own, 'approval'];
    }
    return this.reconfiguring ? [...own, 'proof'] : ['product', ...own, 'proof', 'keep'];
  }

  get at(): number {
    return this.steps.indexOf(this.step);
  }

  get accountVariable(): string {
    return this.provider?.variables.find((one) => one.kind === 'host_label')?.name ?? 'account';
  }

  get account(): string {
    return this.variables[this.accountVariable] ?? '';
  }

  get regionVariable(): string | null {
    return this.provider?.variables.find((one) => one.kind === 'region')?.name ?? null;
  }

  get region(): Region | null {
    const chosen = this.regionVariable === null ? '' : this.variables[this.regionVariable];
    return this.provider?.regions.find((one) => one.id === chosen) ?? null;
  }

  /** A name to start from: "Talkdesk acme". */
  get suggestedName(): string {
    return [this.provider?.name, this.account].filter(Boolean).join(' ');
  }

  choose(provider: Provider, practice: boolean): void {
    const same = this.provider?.id === provider.id;
    this.practice = practice;
    this.provider = provider;
    if (same) return;
    this.input = '';
    this.variables = {};
    this.parameters = {};
    this.authentication = provider.client_authentication[0] ?? 'client_secret_basic';
    this.encoding = null;
    this.redirect = null;
    this.scopes = [...provider.scopes.suggested];
    this.ticks = provider.guide.map(() => false);
    this.grant = 'client_credentials';
    this.setGrant(provider.grants[0] ?? 'client_credentials');
  }

  /** The scopes that only make sense where a person approves come and go with it. */
  setGrant(grant: Grant): void {
    if (grant === this.grant) return;
    this.grant = grant;
    const general = this.provider?.scopes.suggested ?? [];
    const personal = approvalScopes(this.provider).filter((one) => !general.includes(one));
    const rest = this.scopes.filter((one) => !personal.includes(one));
    this.scopes = grant === 'authorization_code' ? [...rest, ...personal] : rest;
  }

  go(step: StepId): void {
    this.step = step;
    this.furthest = Math.max(this.furthest, this.at);
  }

  next(): void {
    const following = this.steps[this.at + 1];
    if (following) this.go(following);
  }

  back(): void {
    const before = this.steps[this.at - 1];
    if (before) this.step = before;
  }

  /** Only the region's own questions survive a change of region. */
  setRegion(region: string): void {
    if (this.regionVariable === null) return;
    const asked = new Set(this.provider?.regions.flatMap((one) => one.asks.map((ask) => ask.name)));
    const kept = Object.entries(this.variables).filter(([name]) => !asked.has(name));
    const chosen = this.provider?.regions.find((one) => one.id === region);
    const suggestions = chosen?.asks.map((ask) => [ask.name, chosen.values[ask.name] ?? '']) ?? [];
    this.variables = {
      ...Object.fromEntries(kept),
      ...Object.fromEntries(suggestions),
      [this.regionVariable]: region,
    };
  }

  draft(): ConnectionDraft {
    return {
      name: this.name || (this.connection?.name ?? ''),
      provider: this.provider?.id ?? '',
      grant: this.grant,
      client_authentication: this.authentication,
      basic_encoding: this.encoding,
      scopes: [...this.scopes],
      redirect: this.grant === 'authorization_code' ? this.redirect : null,
      practice: this.practice,
      parameters: { ...this.parameters },
      variables: { ...this.variables },
      client_id: this.clientId === '' ? null : this.clientId,
      client_secret: this.clientSecret === '' ? null : this.clientSecret,
    };
  }

  /** Everything a save would store except the secrets; two equal prints mean nothing to save. */
  print(): string {
    return JSON.stringify({ ...this.draft(), name: '', client_id: null, client_secret: null });
  }

  /** After a save the values are the vault's alone. */
  saved(view: ConnectionView): void {
    this.connection = view;
    this.savedPrint = this.print();
    this.clientId = '';
    this.clientSecret = '';
  }

  /** Takes over everything that is not a secret from a stored connection. */
  fillFrom(provider: Provider, connection: ConnectionView): void {
    this.choose(provider, connection.practice);
    this.variables = { ...connection.variables };
    this.parameters = { ...connection.parameters };
    this.input = this.account;
    this.authentication = connection.client_authentication;
    this.encoding = connection.basic_encoding;
    this.grant = connection.grant;
    this.redirect = connection.authorization?.redirect ?? null;
    this.scopes = [...connection.scopes];
  }

  /** Reconfigures `connection`: every step is open from the start. */
  keepTo(connection: ConnectionView): void {
    this.connection = connection;
    this.savedPrint = this.print();
    this.furthest = this.steps.length - 2;
  }

  /** "Another like this": the same in everything but the account. */
  clearAccount(): void {
    const rest = Object.entries(this.variables).filter(([name]) => name !== this.accountVariable);
    this.variables = Object.fromEntries(rest);
    this.input = '';
    // Every connection has a way back of its own (RFC 8252 §8.10).
    this.redirect = null;
  }

  usePractice(name: string): void {
    const account = this.practiceAccounts.find((one) => one.account === name);
    if (!account) return;
    this.input = account.account;
    this.variables = { ...this.variables, [this.accountVariable]: account.account };
    this.setRegion(account.region);
    this.setGrant(account.grant);
  }

  kept(): KeptDraft {
    return {
      version: 1,
      step: this.step,
      provider: this.provider?.id ?? '',
      practice: this.practice,
      input: this.input,
      variables: { ...this.variables },
      parameters: { ...this.parameters },
      authentication: this.authentication,
      encoding: this.encoding,
      scopes: [...this.scopes],
      ticks: [...this.ticks],
      grant: this.grant,
      redirect: this.redirect,
    };
  }

  resume(provider: Provider, kept: KeptDraft): void {
    this.choose(provider, kept.practice);
    this.input = kept.input;
    this.variables = { ...kept.variables };
    this.parameters = { ...kept.parameters };
    this.authentication = kept.authentication;
    this.encoding = kept.encoding;
    this.grant = kept.grant ?? 'client_credentials';
    this.redirect = kept.redirect ?? null;
    this.scopes = [...kept.scopes];
    this.ticks = provider.guide.map((_, index) => kept.ticks[index] ?? false);
    this.go(kept.step);
  }
}

/** What a connection that a person approves asks for besides: who it was, and to be renewed. */
export function approvalScopes(provider: Provider | null): string[] {
  const approval = provider?.authorization_code;
  const scopes = [...(approval?.suggested_scopes ?? []), approval?.refresh_scope ?? ''].filter(Boolean);
  return [...new Set(scopes)];
}

/** Findings of a review that one step is about. */
export function findingsFor(step: StepId, findings: Finding[]): Finding[] {
  const roots: Partial<Record<StepId, string[]>> = {
    account: ['variables'],
    signin: ['client_authentication', 'basic_encoding', 'grant'],
    client: ['scopes', 'redirect'],
    values: ['client_id', 'client_secret'],
    keep: ['name'],
  };
  const mine = roots[step] ?? [];
  return findings.filter((one) => mine.some((root) => one.field.split('.')[0] === root));
}

/** A kept draft, or nothing when it is not one of ours. */
export function parseKept(text: string | null): KeptDraft | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<KeptDraft> | null;
    return value?.version === 1 && STEPS.includes(value.step ?? 'product') && value.provider
      ? (value as KeptDraft)
      : null;
  } catch {
    return null;
  }
}
