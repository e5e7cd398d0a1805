// Sentences that are put together from a connection and its report.

import type { CheckId, ConnectionView, Report } from '../ipc/bindings';
import { t } from '../strings';

/** What a stage proves, in the words of this connection. */
export function stageLabel(id: CheckId, connection: ConnectionView): string {
  if (connection.grant === 'authorization_code') {
    if (id === 'token') return t.approval.token(connection.provider_name);
    if (id === 'vault') return t.approval.vaultToken;
  }
  const host = hostOf(connection.endpoints?.token) ?? connection.provider_name;
  return t.proof.stages[id](host, connection.provider_name, connection.variables['account'] ?? '');
}

/** The name of a piece of evidence; one that has no words yet keeps its own. */
export function evidenceLabel(name: string, regionLabel: (region: string) => string): string {
  if (name.startsWith('region_')) return regionLabel(name.slice('region_'.length));
  const known: Record<string, string> = t.proof.evidenceNames;
  const plain = name.replaceAll('_', ' ');
  return known[name] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** "acme · Europe (EU)"; empty where the product has no accounts. */
function whereabouts(connection: ConnectionView): string {
  return [connection.variables['account'], connection.region_label].filter(Boolean).join(' · ');
}

/** "Talkdesk · acme · Europe (EU)". */
export function productAndPlace(connection: ConnectionView): string {
  return [connection.provider_name, whereabouts(connection)].filter(Boolean).join(' · ');
}

/** "Proven: acme · Europe (EU), 3 scopes", or where it stopped. */
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
    `Token endpoint: ${connection.endpoints?.token ?? '-'}`,
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
