// Debian's oidc-agent, doing what Proofkey does against the same server.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CLIENT } from './authority.mjs';
import { ended } from './processes.mjs';

/** An agent with one account that has a token, or why there is none: `{ command, env, stop }` or `{ reason }`. */
export async function preparedAgent(authority, folder) {
  const env = { ...process.env, HOME: folder, OIDC_CONFIG_DIR: join(folder, 'oidc-agent') };
  mkdirSync(env.OIDC_CONFIG_DIR);
  const agent = spawnSync('oidc-agent', [], { env, encoding: 'utf8' });
  if (agent.error || agent.status !== 0) return { reason: 'oidc-agent is not installed here' };
  for (const [, name, value] of agent.stdout.matchAll(/^(\w+)=([^;]+);/gm)) env[name] = value;
  const stop = () => spawnSync('oidc-agent', ['--kill'], { env });
  const password = join(folder, 'password');
  writeFileSync(password, 'of no use to anybody\n');
  const made = await ended(
    'oidc-gen',
    ['bench', '--manual', '--issuer', authority.issuer, '--client-id', CLIENT.id]
      .concat('--client-secret', CLIENT.secret, '--redirect-uri', 'http://localhost:4242')
      .concat('--scope', 'openid offline_access', '--flow', 'refresh', '--rt', authority.issue().refresh_token)
      .concat('--pw-file', password, '--confirm-default', '--prompt', 'none'),
    env,
  );
  if (made.status === 0) return { command: ['oidc-token', ['bench']], env, stop };
  stop();
  return { reason: `oidc-agent did not take the account: ${made.stderr.trim()}` };
}
