// Sentences that are put together from a connection and its report.

import type { CheckId, ConnectionView, Provider, Report } from '../ipc/bindings';
import type { KeptDraft } from '../state/wizard.svelte';
import { t } from '../strings';
import { accountVariable, isOauth } from './provider';

/** What a stage proves, in the words of this connection. */
export function stageLabel(id: CheckId, connection: ConnectionView): string {
  const own = ownLabel(id, connection);
  if (own !== null) return own;
  const host = hostOf(connection.endpoints?.token ?? connection.endpoints?.api_base) ?? connection.provider_name;
  return t.proof.stages[id](host, connection.provider_name, connection.account ?? '');
}

/** Where this way of signing in proves something else than client ID and secret. */
function ownLabel(id: CheckId, connection: ConnectionView): string | null {
  const { grant, client_authentication, provider_name, service_token } = connection;
  const words = t.product.static;
  if (service_token !== null) {
    if (id === 'token') return t.serviceToken.token(provider_name);
    if (id === 'api') return t.serviceToken.good;
  }
  if (grant === 'authorization_code') {
    if (id === 'token') return t.approval.token(provider_name);
    if (id === 'vault') return t.approval.vaultToken;
  }
  if (id === 'token' && client_authentication.endsWith('_jwt')) return t.keys.tokenStage(provider_name);
  if (id === 'vault' && client_authentication === 'private_key_jwt') return t.keys.vaultStage;
  if (isOauth(grant)) return null;
  const labels: Partial<Record<CheckId, string>> = {
    token: words.tokenNone,
    scope: words.scopeNone,
    api: grant === 'none' ? words.apiNone : words.api,
    vault: grant === 'none' ? words.vaultNone : words.vault,
  };
  return labels[id] ?? null;
}

/** The name of a piece of evidence; one that has no words yet keeps its own. */
export function evidenceLabel(name: string, regionLabel: (region: string) => string): string {
  if (name.startsWith('region_')) return regionLabel(name.slice('region_'.length));
  const known: Record<string, string> = t.proof.evidenceNames;
  const plain = name.replaceAll('_', ' ');
  return known[name] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** "acme · Europe (EU)"; the server's name where accounts have none; empty where there is one place. */
function whereabouts({ account, region_label, variables, endpoints }: ConnectionView): string {
  const typed = Object.keys(variables).length > 0 && region_label === null;
  const server = typed ? hostOf(endpoints?.api_base) : null;
  return [account ?? server, region_label].filter(Boolean).join(' · ');
}

/** "Talkdesk · acme · Europe (EU)". */
export function productAndPlace(connection: ConnectionView): string {
  return [connection.provider_name, whereabouts(connection)].filter(Boolean).join(' · ');
}

/** "Talkdesk · acme" of a connection that is not finished; what was typed until the account is known. */
export function draftWords(kept: KeptDraft, provider: Provider | null): string {
  const variable = accountVariable(provider)?.name;
  const account = variable === undefined ? '' : kept.variables[variable];
  return [provider?.name, account || kept.input].filter(Boolean).join(' · ');
}

/** "Proven: acme · Europe (EU) · 3 scopes", or where it stopped. */
export function verdictLine(connection: ConnectionView, report: Report): string {
  const failure = report.checks.find((check) => check.status === 'failed');
  if (report.verdict === 'failed') {
    return t.proof.failed(failure ? stageLabel(failure.id, connection) : '');
  }
  const where = whereabouts(connection) || connection.provider_name;
  return t.proof.passed(where, report.granted_scopes?.length ?? null);
}

/** Plain text for a support request. A report holds no secret, so neither does this. */
export function supportText(connection: ConnectionView, report: Report): string {
  const head = [
    `Proofkey ${report.tool_version}, ${report.finished_at}`,
    productAndPlace(connection),
    connection.endpoints?.token
      ? `Token endpoint: ${connection.endpoints.token}`
      : `API: ${connection.endpoints?.api_base ?? '-'}`,
    `Verdict: ${report.verdict}`,
    '',
  ];
  const lines = report.checks.flatMap((check) => [
    `[${check.status}] ${check.id} (${check.duration_ms} ms): ${check.summary}`,
    ...Object.entries(check.evidence).map(([name, value]) => `    ${name}: ${value}`),
  ]);
  return [...head, ...lines, ''].join('\n');
}

function hostOf(address: string | null | undefined): string | null {
  try {
    return address == null ? null : new URL(address).host;
  } catch {
    return null;
  }
}
