// How a visit of the wizard begins.

import type { Api } from '../ipc/api';
import type { ProviderView } from '../ipc/bindings';
import type { WizardStart } from '../state/router.svelte';
import { parseKept, WizardModel } from '../state/wizard.svelte';

/** The product that there is a pretend server of. */
const PRACTICED = 'talkdesk';

export interface Begun {
  wizard: WizardModel;
  catalogue: ProviderView[];
}

/** Rejects as the calls do: without a catalogue there is no wizard. */
export async function begin(api: Api, start: WizardStart): Promise<Begun> {
  const catalogue = ordered(await api.providers());
  const wizard = new WizardModel(start.kind === 'reconfigure');
  await fill(api, start, wizard, catalogue);
  if (wizard.provider === null && catalogue[0]) wizard.choose(catalogue[0], false);
  return { wizard, catalogue };
}

/** The product that practice plays comes first; those that a person made stand in their own order behind. */
function ordered(catalogue: ProviderView[]): ProviderView[] {
  const practiced = (one: ProviderView) => one.provider.id === PRACTICED;
  return [...catalogue.filter(practiced), ...catalogue.filter((one) => !practiced(one))];
}

async function fill(api: Api, start: WizardStart, wizard: WizardModel, catalogue: ProviderView[]): Promise<void> {
  if (start.kind === 'resume') {
    const kept = parseKept(await api.wizardDraft());
    const view = catalogue.find((one) => one.provider.id === kept?.provider);
    if (kept && view) wizard.resume(view, kept);
  } else if (start.kind === 'practice') {
    if (catalogue[0]) wizard.choose(catalogue[0], true);
    wizard.go('account');
  } else if (start.kind === 'like' || start.kind === 'reconfigure') {
    const { connection } = await api.connectionPage(start.id);
    const view = catalogue.find((one) => one.provider.id === connection.provider);
    if (view) wizard.fillFrom(view, connection);
    if (start.kind === 'reconfigure') wizard.keepTo(connection);
    else wizard.clearAccount();
    // A provider without accounts begins with how it signs in.
    wizard.go(wizard.steps.includes('account') ? 'account' : 'signin');
  }
  if (wizard.practice) {
    wizard.practiceAccounts = (await api.practiceStart()).accounts;
    if (start.kind === 'practice' && start.account !== null) wizard.usePractice(start.account);
  }
}
