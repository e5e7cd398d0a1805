// Which credentials a connection asks for, and what they are called.

import type { ClientAuthentication, CredentialField, Grant, Provider } from '../ipc/bindings';
import { inputId, type FormError } from '../lib/fields';
import { isOauth } from '../lib/provider';
import type { SigningModel } from '../state/signing.svelte';
import type { WizardModel } from '../state/wizard.svelte';
import { t } from '../strings';

export interface CredentialWords {
  label: string;
  help: string;
  need: string;
  needHelp: string;
}

export interface CredentialFields {
  /** Kept in the place of the client ID. */
  identifier: CredentialWords | null;
  /** Kept in the place of the client secret. */
  secret: CredentialWords | null;
}

export function credentialFields(
  provider: Provider | null,
  grant: Grant,
  authentication: ClientAuthentication,
): CredentialFields {
  if (isOauth(grant)) return { identifier: clientId, secret: hasSecret(authentication) ? clientSecret : null };
  const named = grant === 'none' ? null : (provider?.static_credentials ?? null);
  return {
    identifier: named?.identifier ? ofFile(named.identifier) : null,
    secret: named ? ofFile(named.secret) : null,
  };
}

const hasSecret = (one: ClientAuthentication) => one !== 'none' && one !== 'private_key_jwt';

/** The step's title and the sentence below it. */
export function valuesTitle(
  oauth: boolean,
  fields: CredentialFields,
  stored: boolean,
): { title: string; text: string } {
  const words = t.product.static;
  if (!oauth && fields.secret === null) return { title: words.nothing, text: words.nothingText };
  const text = oauth ? t.wizard.values.text : words.text;
  return {
    title: oauth ? t.wizard.values.title : words.titleValues,
    text: stored ? t.wizard.values.textChange : text,
  };
}

/** What still has to be typed, chosen or made; what a connection keeps already need not be. */
export function missingCredentials(wizard: WizardModel, fields: CredentialFields): FormError[] {
  const need = (path: string, value: string, field: CredentialWords | null): FormError[] =>
    field && value === '' && wizard.connection === null
      ? [{ field: inputId(path), message: field.need, help: field.needHelp }]
      : [];
  return [
    ...need('client_id', wizard.clientId, fields.identifier),
    ...need('client_secret', wizard.clientSecret, fields.secret),
    ...(wizard.signs && !keepsKey(wizard) ? missingKey(wizard.signing, wizard.provider) : []),
  ];
}

/** In the words of the way that was chosen; core knows of one key that is missing. */
export function missingKey(signing: SigningModel, provider: Provider | null): FormError[] {
  if (signing.typed) return [];
  const have = provider?.client_assertion.keys === 'issued' ? t.keys.needIssued : t.keys.need;
  const message = { have, make: t.keys.needMade, kept: t.keys.needPick }[signing.way];
  return [{ field: signing.way === 'kept' ? 'kept' : inputId('signing.private_key'), message }];
}

function keepsKey({ signing, connection }: WizardModel): boolean {
  return connection !== null && connection.signing !== null && signing.way === 'have';
}

const { values } = t.wizard;

const clientId: CredentialWords = {
  label: values.clientId,
  help: values.clientIdHelp,
  need: values.needId,
  needHelp: values.needIdHelp,
};

const clientSecret: CredentialWords = {
  label: values.clientSecret,
  help: values.clientSecretHelp,
  need: values.needSecret,
  needHelp: values.needSecretHelp,
};

function ofFile({ label, help }: CredentialField): CredentialWords {
  return { label, help, need: t.product.static.need(label), needHelp: help };
}
