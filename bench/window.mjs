// Opens windows and says when they were usable and how much memory they hold.
import { chmodSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { until } from './webdriver.mjs';

/** How long a window rests before its memory is read. */
const REST = 1_000;

/** Opens `program` once: milliseconds from its start until usable and until painted, and PSS in MB. */
export async function measureWindow(driver, program, folder) {
  const { launcher, stamp } = launcherOf(program, folder);
  const window = await driver.open(launcher);
  try {
    const times = await until(() => window.run(TIMES), `${program} did not paint`);
    const start = Number(readFileSync(stamp, 'utf8')) / 1e6;
    await pause(REST);
    return {
      interactive: times.origin + times.interactive - start,
      painted: times.origin + times.painted - start,
      pss: pssOf(processOf(program)) / 1024,
    };
  } finally {
    await window.close();
    await until(async () => !processOf(program), `${program} did not end`);
  }
}

// A module script has run when DOMContentLoaded has been handled: buttons work from then on.
const TIMES = `
  const [navigation] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  if (!navigation || !navigation.domContentLoadedEventEnd || !paint) return null;
  return {
    origin: performance.timeOrigin,
    interactive: navigation.domContentLoadedEventEnd,
    painted: paint.startTime,
  };`;

// Notes the time, then becomes the program.
function launcherOf(program, folder) {
  const launcher = join(folder, 'launch');
  const stamp = join(folder, 'started');
  writeFileSync(launcher, `#!/bin/sh\ndate +%s%N >'${stamp}'\nexec '${program}' "$@"\n`);
  chmodSync(launcher, 0o700);
  return { launcher, stamp };
}

function processOf(program) {
  const path = realpathSync(program);
  return processes().find((pid) => link(pid) === path);
}

/** Proportional set size, in KB, of a process and all that it started. */
function pssOf(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const own = Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]);
  const children = processes().filter((other) => parentOf(other) === pid);
  return children.reduce((sum, child) => sum + pssOf(child), own);
}

function processes() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
}

function parentOf(pid) {
  return attempt(() => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]));
}

function link(pid) {
  return attempt(() => readlinkSync(`/proc/${pid}/exe`));
}

// Processes come and go while they are listed.
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
