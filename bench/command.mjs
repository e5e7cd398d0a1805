// Times the command line: whole processes, as a shell sees them.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { join } from 'node:path';

/** Milliseconds that each of `rounds` runs took. */
export function timeCommand(program, args, rounds) {
  return Array.from({ length: rounds }, () => {
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(program, args);
    const took = Number(process.hrtime.bigint() - start) / 1e6;
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    return took;
  });
}

/** A practice connection in the keychain whose access token is kept; `stop` ends the practice Talkdesk. */
export async function preparedConnection(program, folder) {
  const options = ['--config-dir', join(folder, 'config')];
  const practice = spawn(program, [...options, 'sandbox'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const account = await firstAccount(practice.stdout);
  const added = spawnSync(
    program,
    [...options, 'connection', 'add', 'Bench', '--practice', '--provider', 'talkdesk']
      .concat('--var', 'account=acme', '--var', 'region=us', '--client-id', account.ID)
      .concat('--client-secret-stdin', '--scope', 'account:read'),
    { input: account.secret },
  );
  if (added.status !== 0) throw new Error(`the connection was not added: ${added.stderr}`);
  const token = [...options, 'token', 'Bench'];
  timeCommand(program, token, 1);
  return {
    token,
    async stop() {
      practice.kill();
      await once(practice, 'exit');
    },
  };
}

async function firstAccount(output) {
  const found = {};
  for await (const line of createInterface({ input: output })) {
    const [label, value] = line.trim().split(/\s+/);
    if (label === 'ID' || label === 'secret') found[label] ??= value;
    if (line.includes('Ctrl-C')) return found;
  }
  throw new Error('the practice Talkdesk did not start');
}
