// Runs programs and waits for their end, while this program answers them as a server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How `program` ended and what it said, after it was told `input`. */
export async function ended(program, args, env = process.env, input = '') {
  const child = spawn(program, args, { env, stdio: 'pipe' });
  // A program that has no question does not wait for an answer.
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status, stdout, stderr };
}

/** Milliseconds that each of `rounds` runs took, one after the other. */
export async function timed(program, args, rounds, env) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = process.hrtime.bigint();
    const { status, stderr } = await ended(program, args, env);
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  }
  return times;
}
