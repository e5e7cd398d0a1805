// What a connection's approval says about itself.

import type { AuthorizationFailure, AuthorizationView } from '../ipc/bindings';
import type { Approval } from '../state/approval.svelte';

export type Stopped = Pick<AuthorizationFailure, 'step' | 'problem'>;

/** Why there is no approval, or no new one: of this visit, or as it was kept. */
export function lastFailure(authorization: AuthorizationView, run: Approval): Stopped | null {
  const kept = authorization.failure;
  if (run.state === 'failed' && run.problem) {
    return { step: run.step ?? kept?.step ?? 'preparing', problem: run.problem };
  }
  return kept;
}
