// Where a connection stands, for its card and the head of its page: without an approval a proof says
// nothing, so the approval comes first.

import type { ConnectionView } from '../ipc/bindings';
import type { IconName } from '../components/icons';
import { t } from '../strings';

/** The colour it is shown in; unknown is grey. */
export type Tone = 'proven' | 'failed' | 'attention' | 'unknown';

export interface Health {
  tone: Tone;
  icon: IconName;
  words: string;
  /** Of the proof or of the failure. */
  at: string | null;
}

export function health(connection: ConnectionView, underWay: boolean): Health {
  if (underWay) return { tone: 'unknown', icon: 'wait', words: t.approval.underWay, at: null };
  return ofApproval(connection) ?? ofProof(connection);
}

/** Nothing when somebody has approved: then the proof decides. */
function ofApproval({ authorization }: ConnectionView): Health | null {
  switch (authorization?.standing) {
    case 'required':
      return authorization.failure
        ? { tone: 'failed', icon: 'failed', words: t.approval.failed, at: authorization.failure.at }
        : { tone: 'unknown', icon: 'unknown', words: t.approval.required, at: null };
    case 'sign_in_again':
      return { tone: 'attention', icon: 'changed', words: t.approval.signInAgain, at: null };
    default:
      return null;
  }
}

function ofProof({ standing, proven_at: at }: ConnectionView): Health {
  const words = t.standing[standing];
  switch (standing) {
    case 'proven':
      return { tone: 'proven', icon: 'proven', words, at };
    case 'failed':
      return { tone: 'failed', icon: 'failed', words, at };
    case 'stale':
      return { tone: 'attention', icon: 'changed', words, at };
    case 'unproven':
      return { tone: 'unknown', icon: 'unknown', words, at };
  }
}
