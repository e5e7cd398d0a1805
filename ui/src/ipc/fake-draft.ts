// What the fake transport says about a draft: the plainest of what core says, for any provider.

import { inSentence } from '../strings/product';
import { lasts } from '../strings/service-token';
import { accountVariable, expanded, isOauth, regionOf } from '../lib/provider';
import type { ConnectionDraft, Finding, Located, Provider, ResolvedEndpoints, Variable } from './bindings';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

export function locate(provider: Provider, input: string): Located {
  const variable = accountVariable(provider);
  const text = input.trim().toLowerCase();
  const host = /^(?:https?:\/\/)?([a-z0-9.-]+)(?:[/?#].*)?$/u.exec(text)?.[1] ?? '';
  for (const [suffix, region] of suffixes(provider)) {
    const label = host.endsWith(`.${suffix}`) ? host.slice(0, -suffix.length - 1) : '';
    if (LABEL.test(label)) {
      return { account: label, region, taken_from: `Taken from the address ${host}`, findings: [] };
    }
  }
  if (LABEL.test(text)) return { account: text, region: null, taken_from: null, findings: [] };
  const finding: Finding = {
    field: `variables.${variable?.name}`,
    severity: 'blocking',
    ...stranger(provider, host),
    tidy: false,
  };
  return { account: null, region: null, taken_from: null, findings: text === '' ? [] : [finding] };
}

/** What is wrong with what names no account. */
function stranger(provider: Provider, host: string): Pick<Finding, 'summary' | 'remedy'> {
  const variable = accountVariable(provider);
  const endings = suffixes(provider).map(([suffix]) => suffix);
  const like = endings.find((one) => host.includes(`${one}.`));
  return {
    summary: like
      ? `${host} only looks like an address of ${provider.name}. It belongs to whoever owns ${host.split(`${like}.`)[1]}.`
      : `${host} is no sign-in address of ${provider.name}.`,
    remedy: `Type the ${inSentence(variable?.label ?? '')}, for example ${variable?.example}, or paste the address you sign in at. It ends in ${endings.join(', ')}.`,
  };
}

/** Of an address, its host. */
export function taken(input: string): Located {
  const host = /^https:\/\/([^/]+)\/.+$/u.exec(input.trim())?.[1] ?? null;
  const taken_from = host === null ? null : `Taken from the address ${host}`;
  return { account: host, region: null, taken_from, findings: [] };
}

/** What follows the account in an address, with its region. */
function suffixes(provider: Provider): Array<[string, string | null]> {
  const name = accountVariable(provider)?.name;
  const template = provider.endpoints.token ?? provider.endpoints.api_base;
  const rest = new RegExp(`^https://\\{${name}\\}\\.([^/]+)`, 'u').exec(template)?.[1];
  if (rest === undefined) return [];
  if (provider.regions.length === 0) return [[rest, null]];
  const region = provider.variables.find((one) => one.kind === 'region')?.name ?? '';
  return provider.regions.flatMap(({ id }): Array<[string, string]> => {
    const own = expanded(rest, provider, { [region]: id });
    return [...(own ? [own] : []), ...(provider.pasted_suffixes[id] ?? [])].map((one) => [one, id]);
  });
}

export function review(provider: Provider, draft: ConnectionDraft, changing: boolean): Finding[] {
  const findings: Finding[] = [];
  const add = (field: string, severity: Finding['severity'], summary: string, remedy: string, tidy = false) =>
    findings.push({ field, severity, summary, remedy, tidy });
  const asks = regionOf(provider, draft.variables)?.asks ?? [];
  const approval = draft.grant === 'authorization_code' ? (provider.endpoints.authorization ?? '') : '';
  const needed = (one: Variable) => !one.optional || approval.includes(`{${one.name}}`);
  const required = [...provider.variables.filter(needed), ...asks];
  for (const one of required)
    if (!draft.variables[one.name])
      add(`variables.${one.name}`, 'blocking', `${one.label} is missing.`, `Enter it, for example ${one.example}.`);
  if (draft.redirect?.kind === 'pasted' && !draft.redirect.uri.startsWith('https://'))
    add('redirect', 'blocking', 'The redirect address does not begin with https.', 'Enter one that you own.');
  for (const name of Object.keys(draft.parameters))
    if (name === 'client_id' || name === 'scope')
      add(`parameters.${name}`, 'blocking', `Proofkey sends “${name}” itself.`, 'Remove it from the list.');
  const asked = draft.service_token?.lifetime_seconds;
  const { shortest_seconds: least = 0, longest_seconds: most = 0 } = provider.service_tokens ?? {};
  if (asked !== undefined && (asked < least || asked > most))
    add(
      'service_token.lifetime_seconds',
      'blocking',
      `${provider.name} issues service tokens for ${lasts(least)} to ${lasts(most)}, not for ${lasts(asked)}.`,
      'Choose a life between these.',
    );
  const known = new Set(provider.scopes.entries.map((one) => one.name));
  for (const scope of draft.scopes)
    if (!known.has(scope))
      add(
        'scopes',
        'note',
        `“${scope}” is not in the list.`,
        scope === 'guardian-session:read' ? 'Did you mean guardian-sessions:read?' : 'It is sent as typed.',
      );
  const [id, secret] = credentials(provider, draft);
  if (id && !draft.client_id && !changing) add('client_id', 'blocking', `The ${id} is missing.`, 'Copy it.');
  if (secret && !draft.client_secret && !changing)
    add('client_secret', 'blocking', `The ${secret} is missing.`, 'Copy it.');
  if (draft.client_secret && draft.client_secret !== draft.client_secret.trim()) {
    add(
      'client_secret',
      'warning',
      `There is a blank at the end (position ${draft.client_secret.length}).`,
      'Remove it: secrets have no blanks around them.',
      true,
    );
  }
  return findings;
}

function credentials(provider: Provider, draft: ConnectionDraft): Array<string | undefined> {
  const keyed = draft.client_authentication === 'none' || draft.client_authentication === 'private_key_jwt';
  if (isOauth(draft.grant)) return ['client ID', keyed ? undefined : 'client secret'];
  return draft.grant === 'none'
    ? []
    : [provider.static_credentials?.identifier?.label, provider.static_credentials?.secret.label];
}

export function endpoints(provider: Provider, variables: Record<string, string>): ResolvedEndpoints | null {
  const at = (template: string | null) => (template === null ? null : expanded(template, provider, variables));
  const api_base = at(provider.endpoints.api_base);
  const token = at(provider.endpoints.token);
  if (api_base === null || (provider.endpoints.token !== null && token === null)) return null;
  return {
    token,
    api_base,
    authorization: at(provider.endpoints.authorization),
    jwks: null,
    revocation: null,
    introspection: null,
    userinfo: null,
    pushed_authorization: null,
    issuer: null,
    metadata: null,
  };
}
