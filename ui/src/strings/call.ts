// The words about trying a call.

import type { ApiMethod } from '../ipc/bindings';

const count = new Intl.NumberFormat('en');

/** "1,200 bytes", "48 kB", "1.2 MB". */
function size(bytes: number): string {
  if (bytes < 10_000) return `${count.format(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export const call = {
  title: 'Try a call',
  onlyThere: {
    token: (host: string) => `The access token goes to ${host} and nowhere else.`,
    credentials: (host: string) => `The credentials go to ${host} and nowhere else.`,
    nothing: (host: string) => `The call goes to ${host}. Nothing secret is sent.`,
  },
  baseMoves: (provider: string) =>
    `${provider} names the address of its API at sign-in, so the call may go to another of its own addresses than this one.`,
  method: 'Method',
  path: 'Path',
  below: (base: string) => `Below ${base}`,
  suggestions: 'Try one of these',
  suggestion: (path: string, proves: string) => `${path}: ${proves}`,
  changes: (method: ApiMethod) => `${method} can change data in the account.`,
  body: 'Body',
  bodyHelp: 'Sent as it is, and as JSON unless a header Content-Type says otherwise.',
  headers: {
    title: 'Headers',
    add: 'Add a header',
    name: 'Name',
    value: 'Value',
    nameOf: (row: number) => `Name of header ${row}`,
    valueOf: (row: number) => `Value of header ${row}`,
    removeOf: (header: string) => `Remove header ${header}`,
    removed: 'Header removed',
  },
  send: 'Send',
  sending: 'Sending',
  waiting: 'The call is on its way.',
  arrived: 'The answer is there.',
  outcome: {
    done: 'Done',
    elsewhere: 'Points elsewhere',
    refused: 'Refused',
    broken: 'The server failed',
    other: 'Answered',
  },
  help: {
    401: 'The API does not accept what this connection presents. Validate again to see why.',
    403: 'The API knows the caller, but does not allow this call. A scope or a role may be missing.',
    404: 'The API knows nothing at this path, or does not show it to this connection.',
    405: 'The path takes other methods than this one.',
    429: 'There were too many calls in a short time. Wait a little before the next one.',
  } as Record<number, string>,
  brokenHelp: 'The call arrived, and the API could not answer it. Try again later.',
  renewed: 'The API refused the first token, so a fresh token was sent. This is the answer to it.',
  redirect: (host: string) =>
    `The answer points to ${host}. It was not followed, because the credentials would have gone along.`,
  asked: 'Asked',
  size,
  answerHeaders: (number: number) => (number === 1 ? 'One header' : `${number} headers`),
  bodyOf: { json: 'Body, JSON', text: 'Body, text' },
  wrap: 'Wrap lines',
  copyBody: 'Copy the body',
  notWhole: (bytes: number) =>
    `Only the beginning is shown: the body has ${size(bytes)}. On the command line, proofkey call gives all of it.`,
  binary: (bytes: number, mediaType: string | null) =>
    `The body is ${size(bytes)} of ${mediaType ?? 'an unknown kind'}, not text, and is not shown. On the command line, proofkey call writes it to a file.`,
  empty: 'The answer has no body.',
  last: 'Last answers',
  kept: 'The last five answers stay in this window until it is closed. They are not saved.',
};
