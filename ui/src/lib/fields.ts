// Which findings of a review belong to which step, and how they read in a form.

import type { Finding } from '../ipc/bindings';
import type { StepId } from '../state/wizard.svelte';

/** One thing wrong with a form: where it is and what would be right. */
export interface FormError {
  /** The `id` of the input it leads to. */
  field: string;
  message: string;
  help?: string;
  /** The step of the wizard that has the input, where it is not the one that says so. */
  step?: StepId;
}

/** "variables.api_base" becomes an id that a selector can hold. */
export function inputId(path: string): string {
  return `field-${path.replaceAll('.', '-')}`;
}

export function isUnder(finding: Finding, ...roots: string[]): boolean {
  return roots.some((root) => finding.field === root || finding.field.startsWith(`${root}.`));
}

export function blocking(findings: Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === 'blocking');
}

export function asErrors(findings: Finding[]): FormError[] {
  return findings.map((finding) => ({
    field: inputId(finding.field),
    message: finding.summary,
    help: finding.remedy,
  }));
}

export function errorAt(errors: FormError[], path: string): FormError | undefined {
  return errors.find((error) => error.field === inputId(path));
}
