import type { Region } from '../ipc/bindings';
import { isOauth } from '../lib/provider';
import type { StepId, WizardModel } from '../state/wizard.svelte';
import { t } from '../strings';

/** What was chosen, under the step's name. */
export function chosen(wizard: WizardModel, step: StepId): string {
  switch (step) {
    case 'product':
      if (wizard.other) return wizard.typed ? t.wizard.product.other : wizard.issuer.replace(/^https?:\/\/|\/+$/gu, '');
      return wizard.practice ? t.wizard.product.practiceOf(wizard.called) : (wizard.provider?.name ?? '');
    case 'account':
      return [wizard.account, place(wizard.region)].filter(Boolean).join(' · ');
    case 'signin':
      return signin(wizard);
    case 'client':
      return wizard.scopes.length > 0 ? t.scopesShort(wizard.scopes.length) : '';
    default:
      return '';
  }
}

/** A key or a password is got, where a client is created; and not every system has accounts. */
export function nameOf({ grant, provider, accountVariable }: WizardModel, step: StepId): string {
  if (step === 'client' && !isOauth(grant)) return t.product.static.step;
  if (step === 'account' && provider && !accountVariable) return t.product.step;
  return t.wizard.steps[step];
}

/** "EU"; a longer name is no abbreviation. */
function place(region: Region | null): string {
  return region === null ? '' : region.id.length > 3 ? region.label : region.id.toUpperCase();
}

function signin({ grant }: WizardModel): string {
  if (grant === 'authorization_code') return t.wizard.signin.personName;
  return grant === 'client_credentials' ? t.wizard.signin.serverName : t.product.ways[grant];
}
