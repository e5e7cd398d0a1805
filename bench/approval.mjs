// Approvals through the command line, with this program as browser and as authorization server: it sees
// both ends of what is measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { CLIENT } from './authority.mjs';
import { ended } from './processes.mjs';

const FORGED = 10_000;
const STUCK = 64;

/** A connection `name` to `authority` that nobody has approved. `options` are those of every command. */
export async function addConnection(program, options, authority, name) {
  await run(program, [...options, 'providers', 'new', '--issuer', authority.issuer, '--id', name]);
  await run(
    program,
    [...options, 'connection', 'add', name, '--provider', name, '--grant', 'authorization_code']
      .concat('--client-id', CLIENT.id, '--client-secret-stdin', '--scope', 'offline_access', '--no-validate'),
    CLIENT.secret,
  );
}

/**
 * Approves it once. Returns the milliseconds from sending the browser back to the arrival of the token
 * request; `meanwhile` happens before, and is given the address that the browser will be sent back to.
 */
export async function approve(program, options, authority, name, meanwhile = async () => undefined) {
  const command = [...options, 'authorize', name, '--no-browser', '--no-validate', '--json'];
  const attempt = spawn(program, command, { stdio: ['ignore', 'ignore', 'pipe'] });
  const end = once(attempt, 'exit');
  const said = [];
  const url = await address(attempt.stderr, said);
  const back = authority.code(url);
  await meanwhile(back);
  authority.arrived = undefined;
  const start = process.hrtime.bigint();
  await fetched(back);
  const [status] = await end;
  if (status !== 0 || authority.arrived === undefined) throw new Error(`not approved: ${said.join('\n')}`);
  return Number(authority.arrived - start) / 1e6;
}

/** Ten thousand answers that were never asked for, and sockets that say nothing more. */
export async function strangers(back) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const forged = new URL(back);
  forged.searchParams.set('state', 'guessed');
  const worker = async (count) => {
    for (let sent = 0; sent < count; sent += 1) await fetched(forged, agent);
  };
  await Promise.all(Array.from({ length: 8 }, () => worker(FORGED / 8)));
  agent.destroy();
  const stuck = Array.from({ length: STUCK }, () => {
    const socket = connect({ host: back.hostname, port: Number(back.port) });
    socket.on('error', () => undefined);
    socket.write(`GET ${back.pathname}?code=`);
    return once(socket, 'connect');
  });
  await Promise.all(stuck);
}

async function run(program, args, input) {
  const { status, stderr } = await ended(program, args, process.env, input);
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
}

// The authorization request, from the events that are written as lines of JSON.
async function address(output, said) {
  for await (const line of createInterface({ input: output })) {
    said.push(line);
    const url = line.startsWith('{') ? JSON.parse(line).url : undefined;
    if (url) {
      output.resume();
      return url;
    }
  }
  throw new Error(`no address was told: ${said.join('\n')}`);
}

// Opens `url` as a browser does; what it shows is of no interest.
async function fetched(url, agent) {
  const request = get(url, { agent });
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
}
