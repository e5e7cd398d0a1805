import type { FormError } from '../lib/fields';
import type { WizardModel } from '../state/wizard.svelte';

export interface StepProps {
  wizard: WizardModel;
  errors: FormError[];
}

/** What a step answers to "Continue": the way is free, or what is in it. `stay` has said why itself. */
export type Leave = 'go' | 'stay' | FormError[];

export interface StepHandle {
  leave: () => Promise<Leave>;
}
