// What the wizard knows. One instance a visit; what may be kept of it is the draft, never a secret.

import type {
  BasicEncoding,
  ClientAuthentication,
  ConnectionDraft,
  ConnectionView,
  EndpointsView,
  Finding,
  Grant,
  PracticeView,
  Provider,
  ProviderView,
  Redirect,
  Region,
  SigningDraft,
  Variable,
} from '../ipc/bindings';
import { customers, plays, type PracticeCustomerCard } from '../lib/practice';
import { accountVariable, expanded, isGeneric, isOauth, methods, suggestedScopes } from '../lib/provider';
import { t } from '../strings';
import { ServiceTokenModel } from './service-token.svelte';
import { SigningModel } from './signing.svelte';

const NO_KEY: SigningDraft = {
  private_key: null,
  kept_key: null,
  passphrase: null,
  key_id: null,
  algorithm: null,
  public_key: null,
};

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
  parameters?: Parameter[];
  /** Days of a service token, as typed; absent when none is wanted. */
  serviceTokenDays?: string | undefined;
}

/** One additional authentication parameter, as typed. */
export interface Parameter {
  name: string;
  value: string;
}

export class WizardModel {
  step = $state<StepId>('product');
  /** The product that was chosen, with what Rust says about it. */
  view = $state.raw<ProviderView | null>(null);
  practice = $state(false);
  /** Something that is not among the products: made from the address of its issuer. */
  other = $state(false);
  /** Two addresses from its documentation instead of the issuer's. */
  typed = $state(false);
  issuer = $state('');
  /** The address that the present provider was made from; it is not made twice. */
  madeFrom = '';
  /** What stands in the account box, as typed. */
  input = $state('');
  variables = $state<Record<string, string>>({});
  /** Additional authentication parameters. */
  parameters = $state<Parameter[]>([]);
  grant = $state<Grant>('client_credentials');
  /** Made once, because it is registered at the provider. */
  redirect = $state.raw<Redirect | null>(null);
  authentication = $state<ClientAuthentication>('client_secret_basic');
  encoding = $state<BasicEncoding | null>(null);
  scopes = $state<string[]>([]);
  ticks = $state<boolean[]>([]);
  clientId = $state('');
  clientSecret = $state('');
  /** For tokens that live long. */
  readonly serviceToken = new ServiceTokenModel();
  /** For `private_key_jwt`. */
  readonly signing = new SigningModel();
  /** The present values were questioned once; going on takes them as they are. */
  warned = $state(false);
  name = $state('');
  /** The stored connection: from the first save on, or the one being reconfigured. */
  connection = $state.raw<ConnectionView | null>(null);
  endpoints = $state.raw<EndpointsView | null>(null);
  /** What there is to practise with. */
  practising = $state.raw<PracticeView | null>(null);
  /** Of what is stored, once something is. */
  savedPrint = '';
  readonly reconfiguring: boolean;
  /** Reached so far; steps up to it can be revisited. */
  furthest = $state(0);

  constructor(reconfiguring = false) {
    this.reconfiguring = reconfiguring;
  }

  get provider(): Provider | null {
    return this.view?.provider ?? null;
  }

  get steps(): readonly StepId[] {
    const asked = ['account', 'signin', 'client', 'values'] as const;
    // A provider made from its issuer has no accounts to tell apart, and some need nothing to be made.
    const own = asked.filter(
      (one) => (one !== 'account' || this.provider?.variables.length !== 0) && (one !== 'client' || this.prepares),
    );
    if (this.grant === 'authorization_code') {
      // Behind the values a person approves: on the page of the connection, which then proves it.
      return this.reconfiguring ? [...own, 'approval'] : ['product', ...own, 'approval'];
    }
    return this.reconfiguring ? [...own, 'proof'] : ['product', ...own, 'proof', 'keep'];
  }

  get at(): number {
    return this.steps.indexOf(this.step);
  }

  /** Whether something has to be made or chosen at the provider. */
  private get prepares(): boolean {
    const steps = this.provider?.guide.filter((one) => one.grant === null || one.grant === this.grant) ?? [];
    return isOauth(this.grant) || (!this.reconfiguring && steps.length > 0);
  }

  /** Whom the practice server knows, where it plays the chosen product. */
  get practiceCustomers(): PracticeCustomerCard[] {
    return this.practice && this.practising ? customers(this.practising, this.provider) : [];
  }

  /** Whether nothing answers for the chosen product in practice. */
  get unplayed(): boolean {
    return this.practice && this.practising !== null && !plays(this.practising, this.provider);
  }

  get accountVariable(): Variable | null {
    return accountVariable(this.provider);
  }

  get account(): string {
    return this.accountVariable ? (this.variables[this.accountVariable.name] ?? '') : '';
  }

  get regionVariable(): string | null {
    return this.provider?.variables.find((one) => one.kind === 'region')?.name ?? null;
  }

  get region(): Region | null {
    const chosen = this.regionVariable === null ? '' : this.variables[this.regionVariable];
    return this.provider?.regions.find((one) => one.id === chosen) ?? null;
  }

  /** The system's name inside a sentence. */
  get called(): string {
    return this.provider && isGeneric(this.provider) ? t.product.system : (this.provider?.name ?? '');
  }

  /** A name to start from: "Talkdesk acme". */
  get suggestedName(): string {
    const practice = this.practice ? t.wizard.keep.practiceName : '';
    return [this.provider?.name, this.account, practice].filter(Boolean).join(' ');
  }

  get signs(): boolean {
    return isOauth(this.grant) && this.authentication === 'private_key_jwt';
  }

  /** The file that holds the key, as Rust knows it. */
  get chosenKey(): number | null {
    return this.signs && this.signing.way === 'have' ? (this.signing.file?.handle ?? null) : null;
  }

  /** What a key is called that is made for this connection. */
  get keyName(): string {
    return this.name || this.connection?.name || this.suggestedName || t.keys.title;
  }

  /** With the values of the variables that their names hold. */
  get shownScopes(): string[] {
    return this.scopes.map((one) => this.shownScope(one));
  }

  shownScope(scope: string): string {
    return this.provider ? (expanded(scope, this.provider, this.variables) ?? scope) : scope;
  }

  /** Without the rows in which nothing was typed. */
  get filledParameters(): Parameter[] {
    return this.parameters.filter(({ name, value }) => name.trim() !== '' || value !== '');
  }

  choose(view: ProviderView, practice: boolean): void {
    const { provider } = view;
    const same = this.provider?.id === provider.id;
    this.practice = practice;
    this.view = view;
    if (same) return;
    this.input = '';
    this.variables = {};
    this.parameters = [];
    this.encoding = null;
    this.redirect = null;
    this.ticks = provider.guide.map(() => false);
    this.grant = provider.grants[0] ?? 'client_credentials';
    this.authentication = methods(provider, this.grant)[0] ?? 'client_secret_basic';
    this.scopes = [...suggestedScopes(view, this.grant)];
    this.serviceToken.reset(provider);
    // A key belongs to a client of one system.
    this.signing.forget();
    this.signing.keyId = '';
    this.signing.algorithm = null;
  }

  /** What is suggested for one grant alone comes and goes with it. */
  setGrant(grant: Grant): void {
    if (grant === this.grant) return;
    const before = suggestedScopes(this.view, this.grant);
    const after = suggestedScopes(this.view, grant);
    this.grant = grant;
    const possible = methods(this.provider, grant);
    if (!possible.includes(this.authentication)) this.authentication = possible[0] ?? this.authentication;
    if (!isOauth(grant)) this.parameters = [];
    const elsewhere = this.provider?.scopes.entries.filter((one) => one.grant !== null && one.grant !== grant) ?? [];
    const left = [...before.filter((one) => !after.includes(one)), ...elsewhere.map((one) => one.name)];
    const rest = this.scopes.filter((one) => !left.includes(one));
    this.scopes = isOauth(grant) ? [...rest, ...after.filter((one) => !before.includes(one))] : [];
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

  setAccount(account: string): void {
    if (this.accountVariable === null) return;
    this.variables = { ...this.variables, [this.accountVariable.name]: account };
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
      parameters: Object.fromEntries(this.filledParameters.map(({ name, value }) => [name.trim(), value])),
      variables: { ...this.variables },
      client_id: this.clientId === '' ? null : this.clientId,
      client_secret: this.clientSecret === '' ? null : this.clientSecret,
      signing: this.signs ? this.signing.draft(this.connection) : NO_KEY,
      service_token: this.serviceToken.draft(this.provider, this.grant),
    };
  }

  /** Everything a save would store except the secrets; two equal prints mean nothing to save. */
  print(): string {
    const draft = this.draft();
    const signing = { ...draft.signing, private_key: null, kept_key: null, passphrase: null };
    return JSON.stringify({ ...draft, name: '', client_id: null, client_secret: null, signing });
  }

  /** After a save the values are the vault's alone. */
  saved(view: ConnectionView): void {
    this.connection = view;
    this.clientId = '';
    this.clientSecret = '';
    this.signing.forget();
    this.signing.fillFrom(view);
    this.savedPrint = this.print();
  }

  /** Takes over everything that is not a secret from a stored connection. */
  fillFrom(view: ProviderView, connection: ConnectionView): void {
    this.choose(view, connection.practice);
    this.variables = { ...connection.variables };
    this.parameters = Object.entries(connection.parameters).map(([name, value]) => ({ name, value }));
    this.input = this.account;
    this.authentication = connection.client_authentication;
    this.encoding = connection.basic_encoding;
    this.grant = connection.grant;
    this.redirect = connection.authorization?.redirect ?? null;
    this.scopes = [...connection.scopes];
    this.serviceToken.reset(view.provider, connection.service_token);
    this.signing.fillFrom(connection);
  }

  /** Reconfigures `connection`: every step is open from the start. */
  keepTo(connection: ConnectionView): void {
    this.connection = connection;
    this.savedPrint = this.print();
    this.furthest = this.steps.length - 2;
  }

  /** "Another like this": the same in everything but the account. */
  clearAccount(): void {
    const rest = Object.entries(this.variables).filter(([name]) => name !== this.accountVariable?.name);
    this.variables = Object.fromEntries(rest);
    this.input = '';
    // Every connection has a way back of its own (RFC 8252 §8.10).
    this.redirect = null;
  }

  usePractice(name: string): void {
    const customer = this.practiceCustomers.find((one) => one.name === name);
    if (!customer) return;
    this.variables = { ...customer.variables };
    this.input = this.account;
    if (customer.grant) this.setGrant(customer.grant);
  }

  kept(): KeptDraft {
    return {
      version: 1,
      step: this.step,
      provider: this.provider?.id ?? '',
      practice: this.practice,
      input: this.input,
      variables: { ...this.variables },
      parameters: this.parameters.map((one) => ({ ...one })),
      authentication: this.authentication,
      encoding: this.encoding,
      scopes: [...this.scopes],
      ticks: [...this.ticks],
      grant: this.grant,
      redirect: this.redirect,
      serviceTokenDays: this.serviceToken.wanted ? this.serviceToken.days : undefined,
    };
  }

  resume(view: ProviderView, kept: KeptDraft): void {
    this.choose(view, kept.practice);
    this.input = kept.input;
    this.variables = { ...kept.variables };
    this.parameters = (kept.parameters ?? []).map((one) => ({ ...one }));
    this.authentication = kept.authentication;
    this.encoding = kept.encoding;
    this.grant = kept.grant ?? 'client_credentials';
    this.redirect = kept.redirect ?? null;
    this.scopes = [...kept.scopes];
    this.serviceToken.wanted = kept.serviceTokenDays !== undefined;
    this.serviceToken.days = kept.serviceTokenDays ?? this.serviceToken.days;
    this.ticks = view.provider.guide.map((_, index) => kept.ticks[index] ?? false);
    this.go(kept.step);
  }
}

/** Findings of a review that one step is about. */
export function findingsFor(step: StepId, findings: Finding[]): Finding[] {
  const roots: Partial<Record<StepId, string[]>> = {
    account: ['variables'],
    signin: ['client_authentication', 'basic_encoding', 'grant', 'parameters', 'service_token'],
    client: ['scopes', 'redirect'],
    values: ['client_id', 'client_secret', 'signing'],
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
