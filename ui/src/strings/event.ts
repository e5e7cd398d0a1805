// Words about events of an app, and the installation that they are about.

import type { EventPreview, EventSigner, InstallationState } from '../ipc/bindings';

export const event = {
  open: 'Import an app event',
  title: 'Import an app event',
  lead: 'When a customer installs your app from AppConnect, Talkdesk sends you an event with the credentials. Proofkey makes a connection of it.',
  drop: 'Drop the file with the event here',
  dropHelp: 'The body as it was delivered, byte for byte. Its credentials go into the vault and are never shown.',
  over: 'Let go to read the file',
  choose: 'Choose the file',
  another: 'Choose another file',
  file: (name: string) => `Read from ${name}`,
  headers: 'Headers that came with it',
  headersHelp: 'Paste them as they were received, one a line. X-Hub-Ecdsa-Signature proves who sent the event.',
  practice: 'The event comes from practice',
  says: 'What the event says',
  kind: (preview: EventPreview) => `It says that ${preview.says}.`,
  account: 'Account',
  region: 'Region',
  app: 'App',
  appVersion: (version: string) => `version ${version}`,
  installation: 'Installation',
  created: 'Sent',
  api: 'API address',
  tokens: 'Tokens from',
  brings: 'Brings',
  secret: 'a client secret',
  key: (algorithm: string | null, id: string | null) =>
    ['a key pair', algorithm && `for ${algorithm}`, id && `with the id ${id}`].filter(Boolean).join(' '),
  nothing: 'No credentials',
  and: ' and ',
  signed: (signer: EventSigner) =>
    signer.practice
      ? `Signed with the key ${signer.key_id} of the practice server`
      : `Signed with the key ${signer.key_id} of ${signer.host}`,
  signedHow: (signer: EventSigner) =>
    `${signer.curve} with SHA-512, written as ${signer.form === 'der' ? 'DER' : 'two numbers'}`,
  unsigned: 'Not signed: nobody can say who sent this event',
  unsignedHelp: 'Paste the headers above. Without them, somebody else could have written the file.',
  unsignedConfirm: 'I know where this file comes from. Import it without a signature.',
  refused: 'The signature does not prove who sent this event',
  id: 'Event',
  expected: 'Account that you expect',
  expectedHelp:
    'Type the account name of the customer who installed your app, from what you know of them. So an event of another customer is noticed.',
  needAccount: 'Type the account name of the customer whose event this should be.',
  otherAccount: (found: string, typed: string) => `This event is of the account ${found}, not of ${typed}.`,
  name: 'Name of the connection',
  nameHelp: 'Left empty, it is named after the account.',
  import: 'Import and prove',
  importing: 'Importing',
  keep: 'Keep the new credentials',
  replaces: (name: string) => `They are for “${name}”, and wait there beside those in use until they are proven.`,
  replaced: (name: string) => `New credentials wait for “${name}”`,
  imported: (name: string) => `Imported as “${name}”`,
  toConnection: 'Open the connection',
  reading: 'Reading the event',
  section: 'Installation of the app',
  sectionText: 'If your app confirms installations itself, Talkdesk waits seven days for your answer.',
  accountId: 'Account ID',
  answered: { approve: 'Approved', reject: 'Rejected' } satisfies Record<InstallationState, string>,
  answer: 'Answer',
  approve: 'Approve',
  reject: 'Reject',
  askTitle: { approve: 'Approve this installation?', reject: 'Reject this installation?' } satisfies Record<
    InstallationState,
    string
  >,
  askText: {
    approve: 'Talkdesk completes the installation for the customer. It cannot be taken back here.',
    reject: 'Talkdesk ends the installation for the customer. It cannot be taken back here.',
  } satisfies Record<InstallationState, string>,
  reason: 'Reason for the customer',
  sending: 'Sending',
};
