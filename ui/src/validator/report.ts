// Sentences that are put together from the report of a trial.

import type { CheckStatus, TrialReport } from '../ipc/bindings';
import { t } from '../strings';

const count = (report: TrialReport, ...wanted: CheckStatus[]): number =>
  report.points.filter(({ status }) => wanted.includes(status)).length;

/** "2 points need your attention". */
export function verdictOf(report: TrialReport): string {
  const failed = count(report, 'failed');
  if (failed > 0) return t.validator.failed(failed);
  if (report.verdict === 'failed') return t.validator.unreached;
  const notes = count(report, 'warning');
  const tried = count(report, 'passed', 'warning');
  return notes > 0 ? t.validator.noted(tried, notes) : t.validator.passed(tried);
}

/** Plain text for whoever runs the validator. A report holds no value of a field, so neither does this. */
export function reportText(report: TrialReport): string {
  const head = [
    `Proofkey ${report.tool_version}, ${report.finished_at}`,
    t.validator.calls(report.calls, report.address),
    verdictOf(report),
    '',
  ];
  const lines = report.points.flatMap((point) => [
    `[${point.status}] ${t.validator.points[point.id]} (${point.duration_ms} ms): ${point.summary}`,
    ...(point.causes ?? []).map((cause) => `    ${cause.summary} ${cause.remedy}`),
    ...Object.entries(point.evidence).map(([name, value]) => `    ${name}: ${value}`),
  ]);
  return [...head, ...lines, ''].join('\n');
}
