// The load: wrk for the comparison, since it is nobody's of the three; a generator of our own where
// answers have to be compared or requests have to be sent when they are due.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { OTHERS } from './servers.mjs';

const run = promisify(execFile);

/** Each of `connections` sends its next request when the one before was answered. */
export async function closed(port, connections, seconds) {
  const script = resolve('bench/validator/post.lua');
  const { stdout } = await run('taskset', ['-c', String(OTHERS), 'wrk', '-t', '1', '-c', String(connections),
    '-d', `${seconds}s`, '--timeout', '10s', '-s', script, `http://127.0.0.1:${port}`]);
  const line = stdout.split('\n').find((one) => one.startsWith('RESULT '));
  return JSON.parse(line.slice('RESULT '.length));
}

/** `validator_load` in one of its modes. */
export async function own(mode, port, ...numbers) {
  const program = resolve('target/release/examples/validator_load');
  const args = [program, mode, `127.0.0.1:${port}`, ...numbers.map(String)];
  const { stdout } = await run('taskset', ['-c', String(OTHERS), ...args]);
  return JSON.parse(stdout);
}
