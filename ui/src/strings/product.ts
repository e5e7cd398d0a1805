// The words about products: how they sign in, what is due, where their values come from.

import type { Certainty, Grant, ProviderOrigin } from '../ipc/bindings';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
/** "16 Feb 2027" of "2027-02-16". */
const date = (on: string) => day.format(new Date(`${on}T00:00:00Z`));

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
/** "November 2026" of "2026-11". */
export const month = (of: string) => monthName.format(new Date(`${of}-01T00:00:00Z`));

/** A name of its own keeps its capitals. */
export const inSentence = (name: string) =>
  /^\p{Lu}\p{Ll}+(?: \p{Ll}|$)/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;

export const product = {
  any: 'Any other system',
  /** In a sentence, for one that has no name of its own. */
  system: 'the system',
  step: 'Address',
  category: 'Category',
  allCategories: 'All categories',
  also: (name: string) => `Also known as ${name}`,
  found: (count: number) => (count === 1 ? '1 product' : `${count} products`),
  ways: {
    client_credentials: 'Server',
    authorization_code: 'Person',
    http_basic: 'User name',
    api_key: 'API key',
    none: 'No sign-in',
  } satisfies Record<Grant, string>,
  or: (ways: string[]) => [...new Set(ways)].map((way, index) => (index === 0 ? way : way.toLowerCase())).join(' or '),
  due: (on: string | null, days: number | null) => {
    if (on === null) return 'Has a restriction';
    return days !== null && days > 0 ? `Changes ${date(on)}` : `Changed ${date(on)}`;
  },
  origin: {
    built_in: 'Built in',
    own: 'Your own file',
    replacement: 'Your own file, instead of ours',
  } satisfies Record<ProviderOrigin['kind'], string>,
  otherText: 'Made from its issuer address, or from the two addresses in its documentation.',
  known: 'What do you know of it?',
  byIssuer: 'Its issuer address',
  byIssuerText: 'Proofkey reads everything else from what the server publishes.',
  byAddresses: 'Its addresses, from the documentation',
  byAddressesText: 'You type where a person approves, where tokens are issued, and where the API is.',
  made: (name: string) => `${name} was made from this issuer before.`,
  madeHelp: 'Making it again reads what the server publishes now. What was changed in its file by hand is lost.',
  use: (name: string) => `Use ${name}`,
  makeAgain: 'Make it again',
  warning: {
    title: 'What ends or changes',
    left: (on: string, days: number) =>
      days === 1 ? `${date(on)}, tomorrow` : days > 120 ? date(on) : `${date(on)}, in ${days} days`,
    since: (on: string) => `Since ${date(on)}`,
    now: 'In force',
    source: 'Open the source',
    sourceOf: (summary: string) => `Open the source of: ${summary}`,
  },
  provenance: {
    title: 'Where these values come from',
    unverified: (count: number) => (count === 1 ? '1 not verified' : `${count} not verified`),
    asOf: (on: string) => `Last compared with their sources in ${month(on)}`,
    own: (path: string) => `From your own file ${path}`,
    certainty: {
      documented: 'Documented',
      observed: 'Seen to work',
      inferred: 'Follows from other facts',
      unverified: 'Not verified',
    } satisfies Record<Certainty, string>,
    none: 'The file names no sources.',
    open: 'Open',
    openOf: (source: string) => `Open ${source}`,
    parts: {
      authorization_code: 'Approval by a person',
      basic_encoding: 'Writing of the header',
      body_format: 'Body of requests',
      client_authentication: 'Client authentication',
      client_credentials: 'Sign-in by a server',
      custom_connection: 'Custom connection',
      deadlines: 'What ends',
      detection: 'Search for the region',
      endpoints: 'Addresses',
      grants: 'Ways to sign in',
      known_errors: 'Refusals',
      lifetimes: 'Lifetimes',
      pasted_addresses: 'Pasted addresses',
      pasted_suffixes: 'Endings of pasted addresses',
      probes: 'Test call',
      refresh: 'Renewal',
      regions: 'Regions',
      scopes: 'Scopes',
      static_credentials: 'Credentials',
      token_header: 'Header of calls',
      token_response: 'Answer with the token',
      variables: 'What is asked',
    } as Record<string, string>,
    members: {
      access_token_seconds: 'access token',
      api_base: 'API',
      api_base_from: 'API from the answer',
      entries: 'names',
      id_token_algorithms: 'signatures of ID tokens',
      jwks: 'keys',
      pkce: 'PKCE',
      redirect: 'redirect address',
      redirect_host: 'host of the redirect address',
      response_server: 'server in the response',
      scope_activation_seconds: 'new scopes',
      scope_separator: 'between scopes',
      separator: 'between scopes',
      success_status: 'status of success',
      token_parameters: 'parameters for the token',
      userinfo: 'who it was',
    } as Record<string, string>,
  },
  refused: {
    title: 'Not offered here',
    password: 'The user name and password of a person (resource owner password, both versions)',
    passwordWhy:
      'It hands a person’s password to a program and stops wherever a second factor is asked for. It must not be used any more (RFC 9700 §2.4).',
    insteadPerson:
      'Choose “A person approves” instead: the person signs in at the provider and no password is passed on.',
    insteadServer: 'Choose “A server signs in by itself” instead: it needs no person at all.',
    key: 'A signed key (private key JWT)',
    keyWhy: (provider: string) => `${provider} takes it, but Proofkey cannot keep a signing key yet.`,
    keyInstead: 'Choose a client with a secret for now.',
    keyOnly: (provider: string) =>
      `${provider} lets a server sign in with a signed key only, and Proofkey cannot keep one yet.`,
  },
  public: {
    label: 'Kind of client',
    secret: 'With a client secret',
    secretText: 'For programs that can keep one. The usual choice.',
    none: 'Without a secret (public client)',
    noneText: 'The client ID alone names it, and PKCE protects the approval.',
  },
  parameters: {
    title: 'Additional parameters',
    help: 'Sent along when it signs in, for example audience or organization. Not for secrets: they are kept in the connection’s file.',
    name: 'Name',
    value: 'Value',
    nameOf: (row: number) => `Name of parameter ${row}`,
    valueOf: (row: number) => `Value of parameter ${row}`,
    add: 'Add a parameter',
    remove: 'Remove',
    removeOf: (name: string) => `Remove the parameter ${name}`,
    removed: 'Parameter removed',
    twice: (name: string) => `The parameter “${name}” is there twice.`,
    unnamed: 'A parameter has a value but no name.',
  },
  static: {
    titleValues: 'Enter the credentials',
    text: 'They go straight to your keychain and are never shown again.',
    nothing: 'There is nothing to enter',
    nothingText: 'This system asks for no credentials. Nothing is kept in the keychain.',
    client: (provider: string) => `Get the credentials in ${provider}`,
    clientNone: (provider: string) => `Before you connect ${provider}`,
    need: (label: string) => `Enter the ${inSentence(label)}.`,
    step: 'Credentials',
    kept: 'Kept in the keychain and never shown',
    keptNone: 'None',
    tokenNone: 'No access token is needed',
    scopeNone: 'Scopes do not apply',
    api: 'The API accepts the credentials',
    apiNone: 'The API answers',
    vaultNone: 'There is no secret to read back',
    vault: 'The credentials can be read back from the keychain',
  },
  alwaysScopes: (scopes: string) => `Always asked for: ${scopes}`,
  clientScopes: 'The scopes are set at the client; none are named when it signs in.',
};
