// Where things are.

import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** The window's program. */
export const application = process.env.PROOFKEY_DESKTOP ?? join(target, 'debug/proofkey-desktop');

/** The command line. */
export const commandLine = join(target, 'debug/proofkey');

/** Where pictures of the window are kept. */
export const screens = join(target, 'screens');

/** The file of a provider that is built in. */
export const provider = (id) => join(root, 'providers', `${id}.toml`);
