// How a visit of the wizard begins.

import type { Api } from '../ipc/api';
import type { ProviderView } from '../ipc/bindings';
import type { WizardStart } from '../state/router.svelte';
import { parseKept, WizardModel } from '../state/wizard.svelte';

export interface Begun {
  wizard: WizardModel;
  catalogue: ProviderView[];
}

/** Rejects as the calls do: without a catalogue there is no wizard. */
export async function begin(api: Api, start: WizardStart): Promise<Begun> {
  const wizard = new WizardModel(start.kind === 'reconfigure');
  wizard.practising = await api.practiceStatus();
  const catalogue = ordered(await api.providers(), wizard.practising.provider);
  await fill(api, start, wizard, catalogue);
  if (wizard.provider === null && catalogue[0]) wizard.choose(catalogue[0], false);
  return { wizard, catalogue };
}

/** The product that practice plays comes first; those that a person made stand in their own order behind. */
function ordered(catalogue: ProviderView[], played: string): ProviderView[] {
  const practiced = (one: ProviderView) => one.provider.id === played;
  return [...catalogue.filter(practiced), ...catalogue.filter((one) => !practiced(one))];
}

async function fill(api: Api, start: WizardStart, wizard: WizardModel, catalogue: ProviderView[]): Promise<void> {
  if (start.kind === 'resume') {
    const kept = parseKept(await api.wizardDraft());
    const view = catalogue.find((one) => one.provider.id === kept?.provider);
    if (kept && view) wizard.resume(view, kept);
  } else if (start.kind === 'practice') {
    wizard.practising = await api.practiceStart();
    const view = catalogue.find((one) => one.provider.id === wizard.practising?.provider) ?? catalogue[0];
    if (view) wizard.choose(view, true);
    wizard.go(wizard.steps.includes('account') ? 'account' : 'signin');
  } else if (start.kind === 'like' || start.kind === 'reconfigure') {
    const { connection } = await api.connectionPage(start.id);
    const view = catalogue.find((one) => one.provider.id === connection.provider);
    if (view) wizard.fillFrom(view, connection);
    if (start.kind === 'reconfigure') wizard.keepTo(connection);
    else wizard.clearAccount();
    // A provider without accounts begins with how it signs in.
    wizard.go(wizard.steps.includes('account') ? 'account' : 'signin');
  }
  if (!wizard.practice) return;
  wizard.practising = await api.practiceStart();
  if (start.kind === 'practice' && start.account !== null) wizard.usePractice(start.account);
}
