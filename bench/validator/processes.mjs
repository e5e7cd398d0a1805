// Starts the programs that are measured, and reads from /proc what they used.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

const TICKS_PER_SECOND = 100;

/** Starts `program` on one processor, and waits for the first line it says. */
export async function started(processor, program, args) {
  const child = spawn('taskset', ['-c', String(processor), program, ...args], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_ENV: 'production' } });
  child.once('error', (error) => { throw error; });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([status]) => { throw new Error(`${program} ended with ${status}`); }),
  ]);
  return { child, line, stop: () => stopped(child) };
}

/** Starts `program` on one processor; it says nothing. */
export function spawned(processor, program, args, stderr = 'inherit') {
  const child = spawn('taskset', ['-c', String(processor), program, ...args], { stdio: ['ignore', 'ignore', stderr] });
  return { child, stop: () => stopped(child) };
}

async function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
}

/** Seconds of processor time that a program and its children have used. */
export function processorSeconds(pid) {
  return family(pid).reduce((sum, one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }, 0);
}

/** Megabytes that a program and its children hold in memory now; what they share counts once. */
export function megabytes(pid) {
  return family(pid).reduce((sum, one) => {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'));
    return sum + Number(pss[1]) / 1000;
  }, 0);
}

function family(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
      parents.set(Number(entry), Number(fields[1]));
    } catch (error) {
      // It ended while the list was read.
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  const found = [pid];
  for (const one of found) {
    for (const [child, parent] of parents) if (parent === one) found.push(child);
  }
  return found;
}
