// Measures the validators side by side, and prints what docs/validator/operations.md shows. Started by
// bench/validator/run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verdict } from '../figures.mjs';
import { closed, own } from './load.mjs';
import { megabytes, processorSeconds } from './processes.mjs';
import { express, nginx, proofkey, upstream } from './servers.mjs';

const seconds = Number(process.argv[2] ?? 8);
const mixedCount = Number(process.argv[3] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'proofkey-bench-'));

// As many as the comparison opens from one address; everything else is as it comes.
const ROOMY = `connections = 8192
per_peer = 8192
in_flight = 8192
per_upstream = 8192
per_source = "off"
per_client = "off"`;

const aims = [];

try {
  console.log(`The server under test has one processor, load and upstream the other; ${seconds} s each.\n`);
  for (const delay of [10, 0]) await comparison(delay);
  await held();
  await overload();
  await mixed();
  table([['What', 'Measured', 'Aim', ''], ...aims]);
} finally {
  rmSync(folder, { recursive: true });
}

async function comparison(delay) {
  const behind = await upstream(delay);
  const rows = [['Connections', 'Server', 'Requests/s', 'p50 ms', 'p99 ms', 'Failed', 'Processor', 'Memory MB']];
  try {
    for (const connections of [64, 1000, 4000]) {
      const found = {};
      for (const start of [nginx, startProofkey, express]) {
        const server = await start(folder, behind.port);
        try {
          const seen = await measured(server, connections);
          found[start.name] = seen;
          rows.push([`${connections}`, server.name, seen.perSecond.toFixed(0), seen.p50.toFixed(1), seen.p99.toFixed(1),
            `${seen.failed}`, `${(seen.processor * 100).toFixed(0)} %`, seen.memory.toFixed(0)]);
        } finally {
          await server.stop();
        }
      }
      compare(`${connections} connections, upstream after ${delay} ms`, found);
    }
  } finally {
    await behind.stop();
  }
  console.log(`Upstream answers after ${delay} ms\n`);
  table(rows);
}

function startProofkey(into, port) {
  return proofkey(into, port, ROOMY);
}

async function measured(server, connections) {
  await closed(server.port, 64, 2);
  const before = processorSeconds(server.child.pid);
  let memory = 0;
  const looking = setTimeout(() => { memory = megabytes(server.child.pid); }, seconds * 750);
  const seen = await closed(server.port, connections, seconds);
  clearTimeout(looking);
  const used = processorSeconds(server.child.pid) - before;
  const failed = seen.refused + seen.connect + seen.read + seen.write + seen.timeout;
  return { ...seen, perSecond: seen.requests / seen.seconds, processor: used / seen.seconds, memory, failed };
}

function compare(where, { nginx: floor, startProofkey: ours, express: other }) {
  const rate = ours.perSecond / floor.perSecond;
  aim(`${where}: requests/s beside nginx`, `${rate.toFixed(2)}×`, '≥ 0.9×', rate >= 0.9);
  const tail = ours.p99 / floor.p99;
  aim(`${where}: p99 beside nginx`, `${tail.toFixed(2)}×`, '≤ 1.2×', tail <= 1.2);
  const beside = ours.perSecond / other.perSecond;
  aim(`${where}: requests/s beside Express`, `${beside.toFixed(1)}×`, '≥ 5×', beside >= 5);
}

// Connections that are kept open, with a thousand requests a second over them.
async function held() {
  const behind = await upstream(10);
  try {
    for (const [connections, most] of [[1000, 60], [5000, 150]]) {
      const server = await startProofkey(folder, behind.port);
      try {
        let memory = 0;
        const looking = setInterval(() => { memory = Math.max(memory, megabytes(server.child.pid)); }, 500);
        const seen = await own('open', server.port, connections, 1000, 10);
        clearInterval(looking);
        aim(`${connections} connections held, 1,000 requests/s: memory`, `${memory.toFixed(0)} MB`, `≤ ${most} MB`, memory <= most);
        const failed = seen.sent - seen.admitted;
        aim(`${connections} connections held: not answered with 200`, `${failed} of ${seen.sent}`, '0', failed === 0);
        console.log(`${connections} connections held, upstream 10 ms: p50 ${seen.admitted_p50} ms, p99 ${seen.admitted_p99} ms`);
      } finally {
        await server.stop();
      }
    }
  } finally {
    await behind.stop();
  }
}

// Ten times what the configuration admits, sent when it is due; then half of it.
async function overload() {
  const behind = await upstream(10);
  const server = await proofkey(folder, behind.port, `${ROOMY}\nper_second = 1000`);
  try {
    const seen = await own('open', server.port, 256, 10_000, 10);
    aim('10× overload: refusals, p99', `${seen.refused_p99} ms`, '≤ 50 ms', seen.refused > 0 && seen.refused_p99 <= 50);
    aim('10× overload: admitted, p99', `${seen.admitted_p99} ms`, '≤ 50 ms', seen.admitted_p99 <= 50);
    const lost = seen.sent - seen.answered;
    aim('10× overload: without an answer', `${lost} of ${seen.sent}`, '0', lost === 0);
    const after = await own('open', server.port, 256, 500, 5);
    aim('After the overload: recovered after', `${after.settled} s`, '≤ 2 s', after.settled <= 2);
  } finally {
    await server.stop();
    await behind.stop();
  }
}

async function mixed() {
  const behind = await upstream(0);
  const server = await startProofkey(folder, behind.port);
  try {
    const seen = await own('mixed', server.port, mixedCount, 64);
    if (seen.wrong > 0) console.log(`The first wrong verdict: ${seen.first}`);
    const wrong = `${seen.wrong} of ${seen.asked.toLocaleString('en')}`;
    aim('Mixed calls of 200 tenants: wrong verdicts', wrong, '0', seen.wrong === 0 && seen.asked === mixedCount);
  } finally {
    await server.stop();
    await behind.stop();
  }
}

function aim(what, found, wanted, reached) {
  aims.push([what, found, wanted, verdict(reached)]);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  console.log([line(rows[0]), rule, ...rows.slice(1).map(line), ''].join('\n'));
}
