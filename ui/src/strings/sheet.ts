// The words about the Talkdesk sheet.

import type { Certainty, SecretMember } from '../ipc/bindings';
import { month } from './product';

const secrets: Record<SecretMember, string> = {
  client_id: 'client ID',
  client_secret: 'client secret',
  username: 'user name',
  password: 'password',
  private_key: 'private key',
  api_key: 'API key',
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const sheet = {
  title: 'Talkdesk sheet',
  lead: (provider: string) =>
    `What to type into a custom connection of Talkdesk, so that it reaches ${provider}. Fill in the form beside this page and copy each value.`,
  asOf: (on: string) =>
    `Names in quotation marks are Talkdesk’s own, as of ${month(on)}. It publishes neither all of them nor their order; a line without one follows from the type of sign-in.`,
  practice: 'This is practice. Nothing here exists for Talkdesk.',
  watch: 'What to watch',
  before: 'Before the form',
  register: (provider: string) => `At ${provider}`,
  form: 'In the form',
  after: 'After the form',
  limits: 'Limits of every custom connection',
  proof: 'What was proven',
  label: (label: string) => `In Talkdesk: “${label}”`,
  certainty: {
    documented: 'Documented',
    observed: 'Seen to work, not documented',
    inferred: 'Follows from the type',
    unverified: 'Not settled',
  } satisfies Record<Certainty, string>,
  copyOf: (name: string) => `Copy: ${name}`,
  redirect: 'Redirect URL that Talkdesk shows',
  describe: 'Change the description',
  description: 'A description of your own',
  descriptionHelp: 'In place of the suggested sentence.',
  print: 'Print',
  save: 'Save as a file',
  saving: 'Saving',
  saved: (path: string, mode: string) => `Saved to ${path} (mode ${mode}). It holds no secret.`,
  fresh: 'Look again',
  toConnection: 'To the connection',
  unproven: 'There is no sheet yet',
  unprovenHelp: 'A sheet is made from what was proven. Validate the connection as it is now, then come back.',
  unsuitable: 'Talkdesk cannot be connected to this system',
  secret: {
    copy: (seconds: number) => `Copy for ${seconds} s`,
    copyOf: (seconds: number, member: SecretMember) => `Copy for ${seconds} s: ${secrets[member]}`,
    kept: (place: string) => `Kept in ${place}. It is not shown here.`,
    copied: (member: SecretMember, seconds: number) =>
      `${capital(secrets[member])} copied. It is taken off the clipboard in ${seconds} seconds.`,
    left: (seconds: number) => `On the clipboard for ${seconds} s`,
    over: 'Time is up: it should be off the clipboard',
    replaced: 'Something else was copied',
  },
};
