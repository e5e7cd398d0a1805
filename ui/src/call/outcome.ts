// What a status means, in a shape, a word and a colour that say the same (RFC 9110 §15).

import type { IconName } from '../components/icons';
import { t } from '../strings';

export type Outcome = keyof typeof t.call.outcome;

export const ICON: Record<Outcome, IconName> = {
  done: 'proven',
  elsewhere: 'external',
  refused: 'alert',
  broken: 'failed',
  other: 'info',
};

export function outcome(status: number): Outcome {
  if (status >= 200 && status < 300) return 'done';
  // RFC 9110 §15.4.5: the client has it already, so nothing points anywhere.
  if (status >= 300 && status < 400) return status === 304 ? 'other' : 'elsewhere';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 ? 'broken' : 'other';
}

export function statusHelp(status: number): string | undefined {
  return t.call.help[status] ?? (status >= 500 ? t.call.brokenHelp : undefined);
}
