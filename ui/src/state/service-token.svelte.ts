// The wish for a service token, as it is typed in the wizard.

import type { Grant, Provider, ServiceToken } from '../ipc/bindings';
import { inputId, type FormError } from '../lib/fields';
import { serviceTokens } from '../lib/service-token';
import { t } from '../strings';

const DAY = 86_400;
const USUAL_DAYS = 30;
/** What fits into the draft; whether the provider takes it is for core to say. */
const MOST_SECONDS = 2 ** 32 - 1;

export class ServiceTokenModel {
  wanted = $state(false);
  /** As typed. */
  days = $state('');
  /** Of a stored connection; its seconds survive when nothing else was typed. */
  private stored = 0;

  get seconds(): number | null {
    if (this.stored > 0 && this.days === inDays(this.stored)) return this.stored;
    const days = Number(this.days.trim().replace(',', '.') || 'nothing');
    return days > 0 ? Math.min(Math.round(days * DAY), MOST_SECONDS) : null;
  }

  /** For another provider, or for a connection that is filled in. */
  reset(provider: Provider | null, asked: ServiceToken | null = null): void {
    const { shortest_seconds: least = 0, longest_seconds: most = MOST_SECONDS } = provider?.service_tokens ?? {};
    this.wanted = asked !== null;
    this.stored = asked?.lifetime_seconds ?? 0;
    this.days = inDays(this.stored || Math.min(Math.max(USUAL_DAYS * DAY, least), most));
  }

  draft(provider: Provider | null, grant: Grant): ServiceToken | null {
    const possible = this.wanted && serviceTokens(provider, grant) !== null;
    return possible ? { lifetime_seconds: this.seconds ?? 0 } : null;
  }

  /** What cannot be read as a number of days. */
  errors(provider: Provider | null, grant: Grant): FormError[] {
    if (this.draft(provider, grant) === null || this.seconds !== null) return [];
    const { daysMissing: message, daysMissingHelp: help } = t.serviceToken;
    return [{ field: inputId('service_token.lifetime_seconds'), message, help }];
  }
}

/** "30", "1.5". */
function inDays(seconds: number): string {
  return String(Math.round((seconds / DAY) * 10_000) / 10_000);
}
