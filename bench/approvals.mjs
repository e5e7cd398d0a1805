// The rows about approvals and what follows them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { preparedAgent } from './agent.mjs';
import { addConnection, approve, strangers } from './approval.mjs';
import { startAuthority } from './authority.mjs';
import { median, verdict } from './figures.mjs';
import { ended, timed } from './processes.mjs';
import { renewals } from './renewal.mjs';

const PROCESSES = 32;

/** An age identity that opens nothing but the sealed file of a benchmark. */
const IDENTITY = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n';

/** Rows as `print` takes them; needs a session with a keychain. */
export async function approvals(program, folder, rounds, expiries) {
  const authority = await startAuthority();
  try {
    return [
      ...(await overheads(program, folder, rounds, authority)),
      await beside(program, folder, rounds, authority),
      await crowd(program, folder, expiries, authority),
    ];
  } finally {
    authority.stop();
  }
}

async function overheads(program, folder, rounds, authority) {
  const options = optionsOf(folder);
  await addConnection(program, options, authority, 'approval');
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(await approve(program, options, authority, 'approval'));
  }
  const overhead = median(times);
  const last = await approve(program, options, authority, 'approval', strangers);
  return [
    ['Approval: browser back to token request', ms(overhead), `slowest ${ms(Math.max(...times))}`, '≤ 5 ms', verdict(overhead <= 5)],
    ['The same after 10,000 forged and 64 stuck', ms(last), '', '≤ 300 ms', verdict(last <= 300)],
  ];
}

async function beside(program, folder, rounds, authority) {
  const ours = await timed(program, [...optionsOf(folder), 'token', 'approval'], rounds * 5);
  const row = (other) => ['proofkey token after an approval', ms(median(ours)), other, '≤ 40 ms', verdict(median(ours) <= 40)];
  const agent = await preparedAgent(authority, folder);
  if (agent.reason) return row(`not compared: ${agent.reason}`);
  try {
    const theirs = await timed(...agent.command, rounds * 5, agent.env);
    return row(`oidc-token ${ms(median(theirs))}`);
  } finally {
    agent.stop();
  }
}

async function crowd(program, folder, expiries, authority) {
  const home = join(folder, 'crowd');
  mkdirSync(home);
  const identity = join(home, 'identity');
  writeFileSync(identity, IDENTITY);
  process.env.PROOFKEY_VAULT_IDENTITY_FILE = identity;
  const options = [...optionsOf(home), '--vault', `file:${join(home, 'vault.age')}`];
  const made = await ended(program, [...options, 'vault', 'create', '--identity', identity]);
  if (made.status !== 0) throw new Error(made.stderr);
  await addConnection(program, options, authority, 'crowd');
  await approve(program, options, authority, 'crowd');
  const before = { ...authority.count };
  const start = Date.now();
  const strays = await renewals(program, [...options, 'token', 'crowd'], authority, PROCESSES, expiries);
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  const since = (what) => authority.count[what] - before[what];
  const seen = [since('refreshes'), since('reused'), since('revoked')];
  return [
    `${PROCESSES} processes, ${expiries} expiries`,
    `${seen[0]} refreshes, ${seen[1]} reused, ${seen[2]} families revoked`,
    `${strays} got another token; ${seconds} s`,
    `${expiries}, 0, 0`,
    verdict(seen.join() === `${expiries},0,0` && strays === 0),
  ];
}

const optionsOf = (folder) => ['--config-dir', join(folder, 'approvals')];
const ms = (time) => `${time.toFixed(1)} ms`;
