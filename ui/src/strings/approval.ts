// The words about a person's approval.

import type { AuthorizationStep } from '../ipc/bindings';

export const approval = {
  title: 'Authorization',
  required: 'Authorization required',
  failed: 'Authorization failed',
  signInAgain: 'Sign in again',
  underWay: 'Waiting for approval',
  authorize: 'Authorize',
  again: 'Authorize again',
  toSettings: 'Go to settings',
  ask: (provider: string) =>
    `The connection is saved. Before it can be used, a person signs in to ${provider} in the browser and approves it.`,
  requiredText: (provider: string) =>
    `Nobody has approved this connection yet. Authorize opens ${provider} in your browser, where a person signs in and approves.`,
  changedText: 'Nobody has approved the connection as it is now. Authorize asks for it in your browser.',
  signInAgainText: (provider: string) =>
    `${provider} no longer renews this connection. A person has to sign in and approve again.`,
  proveAfter: 'It can be validated and exported once it is authorized.',
  stopped: 'Stopped. Nothing was changed.',
  given: 'Authorized',
  steps: {
    preparing: () => 'The request is prepared',
    waiting: (provider: string) => `A person approves at ${provider}`,
    exchanging: (provider: string) => `${provider} gives out the tokens`,
    verifying: () => 'Person and account are the right ones',
    keeping: () => 'The tokens are in the keychain',
    refreshing: () => 'The connection can be renewed',
  } satisfies Record<AuthorizationStep, (provider: string) => string>,
  stepDone: 'done',
  stepFailed: 'failed',
  browser: (browser: string, provider: string) =>
    `${browser.charAt(0).toUpperCase()}${browser.slice(1)} was opened. Sign in to ${provider} there and approve; this page goes on by itself.`,
  noBrowser: (provider: string) =>
    `Open this link in a browser on this computer, sign in to ${provider} and approve. This page goes on by itself.`,
  pasteFirst: (provider: string) =>
    `Sign in to ${provider} in the browser and approve. Then copy the address of the page you land on and paste it below. It does not matter if that page shows an error.`,
  link: 'Link',
  copyLink: 'Copy link',
  openAgain: 'Open again',
  open: 'Open the browser',
  cancel: 'Cancel',
  timeLeft: 'Time left',
  minuteLeft: 'One minute left to approve',
  paste: {
    title: 'Paste the address you landed on',
    why: 'When the browser does not find its way back, copy the address it shows after you approved, and paste it here. It is checked in the same way.',
    label: 'Address',
    help: 'All of it, from the address bar.',
    go: 'Continue',
    need: 'Paste the address first.',
  },
  failure: {
    atHint: 'It stopped here',
    usePerson: 'Use this person from now on',
    unlock: 'Unlock and try again',
    nothingLost: 'The tokens are waiting in memory until Proofkey is closed.',
    stillAuthorized: 'The approval from before still holds.',
  },
  receipt: {
    by: 'Approved by',
    unknownPerson: (provider: string) => `${provider} does not say`,
    account: 'Account',
    when: 'When',
    scopes: 'Scopes',
    renewal: 'Renewal',
    ended: 'It is no longer renewed.',
    proven: 'Renews by itself. It was tried once, and it works.',
    notIssued: 'It ends with its first access token: no refresh token came.',
    unneeded: 'No refresh token came, and none is needed.',
    granted: 'granted',
    missing: 'not granted',
    silent: 'not mentioned, but a refresh token came',
    extra: 'granted, not asked for',
    asRequested: (provider: string) => `${provider} did not list them, which means all that were asked for.`,
    noScopes: 'None were asked for',
    notes: 'Notes',
  },
  register: {
    title: 'Address to register',
    titleMany: 'Addresses to register',
    text: (provider: string) =>
      `${provider} sends the browser back to this address after the approval. Register it as a redirect URI, exactly as it is here.`,
    textMany: (provider: string) =>
      `${provider} sends the browser back to one of these after the approval. Register each as a redirect URI, exactly as it is here.`,
    unknown: (provider: string) =>
      `Nobody says whether ${provider} takes an address on your own computer. It is tried; if it is refused, use an https address of your own.`,
    onlyHttps: (provider: string) =>
      `${provider} takes only https addresses, so the browser cannot come back to this computer. After approving, you paste the address you landed on.`,
    ownHttps: 'The browser does not come back to this computer. After approving, you paste the address you landed on.',
    field: 'Your https address',
    fieldHelp: 'A page of a site that you own, for example https://example.com/authorized. It does not have to exist.',
    usePractice: 'Use the practice address',
    useOwn: 'Use an https address of my own',
    useLoopback: 'Use an address on this computer',
    none: 'The address is made when the connection is saved.',
    copy: 'Copy address',
    copyOf: (uri: string) => `Copy address ${uri}`,
  },
  before: 'Before you leave for the browser',
  scopeWhy: {
    refresh: (scope: string, provider: string) =>
      `${scope} is among them so that ${provider} issues a refresh token and the connection renews itself.`,
    openid: 'openid is among them so that Proofkey can say who approved.',
    refreshMissing: (scope: string) =>
      `Without ${scope} the connection ends with its first access token, and a person has to approve again.`,
    add: (scope: string) => `Add ${scope}`,
  },
  token: (provider: string) => `${provider} renews the approval`,
  vaultToken: 'The tokens can be read back from the keychain',
  removed: {
    title: (name: string) => `${name} was removed`,
    text: 'What became of its approval:',
  },
  removeText: (provider: string) =>
    `Its approval is withdrawn at ${provider} where that is possible, and its tokens and secret are deleted from your keychain. This cannot be undone.`,
  practicePerson: 'Sign in as',
  password: 'Password',
};
