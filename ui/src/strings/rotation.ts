// The words about replacing credentials.

import type { RotationReason } from '../ipc/bindings';

export const rotation = {
  heading: 'Credentials',
  only: (generation: number) =>
    generation === 1 ? 'Kept in the keychain as they were entered.' : `Kept in the keychain, generation ${generation}.`,
  replace: 'Replace credentials',
  place: {
    current: 'In use',
    incoming: 'New, waiting',
    outgoing: 'Old, kept for now',
  },
  former: 'In use until you went back',
  generation: (number: number) => `Generation ${number}`,
  standing: {
    proven: 'Proven',
    failed: 'The proof failed',
    stale: 'Changed since its proof',
    unproven: 'Not proven yet',
  },
  key: 'Key',
  came: 'Since',
  endsAt: 'Works until',
  ended: 'Its time ended',
  switchBefore: 'Switch before',
  openEnd: (provider: string) => `Works until it is ended at ${provider}`,
  givenUp: 'Somebody else may have it, so there is no way back to it',
  incomingText: 'The credentials in use go on working until you switch. Nothing depends on the new ones yet.',
  formerText: 'You went back. The credentials that were in use before wait, and you can switch to them again.',
  outgoingText: (provider: string) =>
    `The new credentials are in use. The old ones are forgotten once ${provider} refuses them.`,
  compromisedText: (provider: string) =>
    `The new credentials are in use. Make sure that ${provider} has ended the old ones: somebody else may have them.`,
  prove: 'Prove the new ones',
  proveAgain: 'Prove the new ones again',
  switchTo: 'Switch to the new ones',
  drop: 'Drop the new ones',
  back: 'Go back to the old ones',
  retire: 'Check and forget the old ones',
  forgetThem: 'Forget without a check',
  acknowledge: 'Confirm to the provider',
  waitsForProof: 'Switching waits for a passed proof of the new ones.',
  proofOfNew: 'Proof of the new credentials',
  done: {
    begun: 'The new credentials are kept beside those in use.',
    switched: 'The new credentials are in use.',
    dropped: 'The new credentials were dropped.',
    back: 'The old credentials are in use again.',
    acknowledged: 'The provider was told that the new credentials are in use.',
  },
  dialog: {
    title: 'Replace credentials',
    text: (provider: string) =>
      `Create the new ones at ${provider} and leave the old ones alone. Proofkey keeps both, proves the new ones and switches when you say so, so that nothing stands still.`,
    why: 'Why are they replaced?',
    reasons: {
      routine: { label: 'It is time', help: 'The old ones are kept for a way back until they end.' },
      compromise: {
        label: 'Somebody else may have the old ones',
        help: 'There is no way back to them. End them at the provider after the switch.',
      },
    } satisfies Record<RotationReason, { label: string; help: string }>,
    newLabel: (label: string) => `New ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
    sameIfEmpty: 'Leave it empty if it stays the same.',
    need: (label: string) => `Enter the new ${label}`,
    newKey: 'New private key',
    keep: 'Keep and prove',
  },
  forget: {
    title: (generation: number) => `Forget generation ${generation} without a check?`,
    unasked: (provider: string) =>
      `${provider} is not asked whether it still takes these credentials. If it does, end them there too.`,
    gone: 'What is forgotten here cannot be brought back.',
    keep: 'Keep them',
    confirm: 'Forget them',
  },
  told: {
    title: 'Confirm that the new credentials are in use?',
    text: 'There is no way back to the old ones then. Confirm when everything that uses this connection has the new ones.',
    confirm: 'Confirm and end the old ones',
    wait: 'Not yet',
  },
};
