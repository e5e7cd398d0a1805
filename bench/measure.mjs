// Measures and prints the table. Started by bench/run, on a desktop of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { approvals } from './approvals.mjs';
import { preparedConnection, timeCommand } from './command.mjs';
import { median, verdict } from './figures.mjs';
import { startDriver } from './webdriver.mjs';
import { measureWindow } from './window.mjs';

const release = resolve('target/release');
const proofkey = join(release, 'proofkey');
const rounds = Number(process.argv[2] ?? 10);
const expiries = Number(process.argv[3] ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'proofkey-bench-'));

try {
  const rows = [
    ...(await windows()),
    ...(await commands()),
    ...(await approvals(proofkey, folder, rounds, expiries)),
    signing(),
    ...sizes(),
  ];
  console.log(`\n${rounds} rounds, medians; ${cpus().length} processors; files already in memory\n`);
  print([['What', 'Measured', 'Beside', 'Aim', ''], ...rows]);
} finally {
  rmSync(folder, { recursive: true });
}

// The two take turns, so that a slow moment of the machine meets both.
async function windows() {
  const ours = [];
  const empty = [];
  const driver = await startDriver();
  try {
    for (let round = -1; round < rounds; round += 1) {
      const pair = [
        await measureWindow(driver, join(release, 'empty-window'), folder),
        await measureWindow(driver, join(release, 'proofkey-desktop'), folder),
      ];
      // The first round reads the programs from the disk.
      if (round < 0) continue;
      empty.push(pair[0]);
      ours.push(pair[1]);
    }
  } finally {
    await driver.stop();
  }
  const compare = (what, key, unit, aim) => {
    const [a, b] = [ours, empty].map((runs) => median(runs.map((run) => run[key])));
    const aimed = aim === undefined ? ['', ''] : [`≤ ${aim}×`, verdict(a / b <= aim)];
    return [what, `${a.toFixed(0)} ${unit}`, `${b.toFixed(0)} ${unit} (${(a / b).toFixed(2)}×)`, ...aimed];
  };
  return [
    compare('Window: start to interactive', 'interactive', 'ms', 1.15),
    compare('Window: start to first content painted', 'painted', 'ms'),
    compare('Window: memory (PSS, all processes)', 'pss', 'MB', 1.2),
  ];
}

async function commands() {
  const connection = await preparedConnection(proofkey, folder);
  try {
    const row = (what, args, aim) => {
      const times = timeCommand(proofkey, args, rounds * 5);
      const middle = median(times);
      const worst = `slowest ${Math.max(...times).toFixed(1)} ms`;
      return [what, `${middle.toFixed(1)} ms`, worst, `≤ ${aim} ms`, verdict(middle <= aim)];
    };
    return [
      row('proofkey --version', ['--version'], 15),
      row('proofkey token, kept in the keychain', connection.token, 40),
    ];
  } finally {
    await connection.stop();
  }
}

// With the same engine that the programs have, without the time that a network takes.
function signing() {
  const perSecond = Number(execFileSync(join(release, 'examples/signing'), { encoding: 'utf8' }));
  const aimed = ['≥ 10,000 /s', verdict(perSecond >= 10_000)];
  return ['Client assertions with ES256, one core', `${perSecond.toLocaleString('en')} /s`, '', ...aimed];
}

function sizes() {
  const packages = join(release, 'bundle/deb');
  const deb = readdirSync(packages).find((name) => name.endsWith('.deb'));
  const row = (what, file, aim) => {
    const size = statSync(file).size / 1e6;
    return [what, `${size.toFixed(1)} MB`, '', `≤ ${aim} MB`, verdict(size <= aim)];
  };
  return [
    row('Size: proofkey', proofkey, 8),
    row('Size: Debian package', join(packages, deb), 12),
  ];
}

function print(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd());
}
