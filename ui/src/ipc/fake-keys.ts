// Keys in the fake transport: made from fixtures, and judged by what their text says.

import type { Api, ChosenKey } from './api';
import type { ConnectionDraft, Finding, KeyView, SigningAlgorithm } from './bindings';
import type { World } from './fake';

type KeyCalls = 'keptKeys' | 'makeKey' | 'removeKey' | 'publicKey' | 'choosePrivateKey';

export const chosen: ChosenKey = { handle: 7, file_name: 'acme-appconnect.pem' };

const PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8A
iTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==
-----END PUBLIC KEY-----
`;

/** The pair of RFC 7517, appendix A.1. */
export function key(over: Partial<KeyView> = {}): KeyView {
  const thumbprint = 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s';
  const view: KeyView = {
    id: 'talkdesk-acme',
    name: 'Talkdesk acme',
    algorithm: 'ES256',
    key_id: thumbprint,
    thumbprint,
    jwk: '',
    pem: PEM,
    created_at: '2026-11-22T09:30:00Z',
    for_connection: null,
    in_use: false,
    ...over,
  };
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
    use: 'sig',
    alg: view.algorithm,
    kid: view.key_id ?? undefined,
  };
  return { ...view, jwk: JSON.stringify(jwk, null, 2) };
}

export function keys(state: World): Pick<Api, KeyCalls> {
  return {
    keptKeys: async () => ({ keys: state.keys, unreadable: [] }),
    makeKey: async (wanted) => {
      const id = wanted.name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
      const made = key({ id, name: wanted.name, algorithm: wanted.algorithm ?? 'ES256' });
      state.keys = [made, ...state.keys];
      return made;
    },
    removeKey: async (id) => void (state.keys = state.keys.filter((one) => one.id !== id)),
    publicKey: async (id) => {
      const signing = state.connections.find((one) => one.id === id)?.signing;
      return key({ id, in_use: true, key_id: signing?.key_id ?? null, algorithm: signing?.algorithm ?? 'ES256' });
    },
    choosePrivateKey: async () => (state.dialog === 'dismiss' ? null : chosen),
  };
}

/** What core says of a key, by the words of its armour. */
export function keyFindings(draft: ConnectionDraft, changing: boolean, handle: number | null): Finding[] {
  const { private_key, kept_key, passphrase, key_id } = draft.signing;
  const blocking = (field: string, summary: string, remedy: string): Finding => ({
    field: `signing.${field}`,
    severity: 'blocking',
    summary,
    remedy,
    tidy: false,
  });
  if (draft.client_authentication !== 'private_key_jwt') return [];
  const given = private_key !== null || kept_key !== null || handle !== null;
  return [
    ...(given || changing ? [] : [blocking('private_key', 'The private key is missing.', 'Enter the key.')]),
    ...(private_key?.includes('PUBLIC KEY')
      ? [
          blocking(
            'private_key',
            'This is the public key, not the private one.',
            'Give the private key that belongs to it; it says PRIVATE KEY in its first line.',
          ),
        ]
      : []),
    ...(private_key?.includes('ENCRYPTED') && passphrase === null
      ? [blocking('passphrase', 'The key is protected by a passphrase.', 'Enter the passphrase of the key.')]
      : []),
    ...(given && kept_key === null && !key_id
      ? [blocking('key_id', 'The key ID is missing.', 'Enter the ID that Talkdesk shows for this key.')]
      : []),
  ];
}

/** What a saved draft signs with. */
export function signingOf(draft: ConnectionDraft, state: World) {
  if (draft.client_authentication !== 'private_key_jwt') return null;
  const taken = state.keys.find((one) => one.id === draft.signing.kept_key);
  state.keys = state.keys.filter((one) => one !== taken);
  const algorithm: SigningAlgorithm = taken?.algorithm ?? draft.signing.algorithm ?? 'ES256';
  return { algorithm, key_id: draft.signing.key_id || null, thumbprint: key().thumbprint };
}
