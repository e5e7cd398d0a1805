// The three that are compared, in front of the same system: each is started on a processor of its own.
import { writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

import { spawned, started } from './processes.mjs';

const SERVERS = 0;
export const OTHERS = 1;

const program = (name) => resolve('target/release', name);

export async function upstream(delay) {
  const running = await started(OTHERS, program('examples/validator_upstream'), [String(delay)]);
  return { ...running, port: Number(running.line) };
}

/** Proofkey's validator; `limits` are lines of its configuration. */
export async function proofkey(folder, upstreamPort, limits) {
  const port = await freePort();
  const config = join(folder, 'validator.toml');
  writeFileSync(config, configuration(port, upstreamPort, limits));
  const running = spawned(SERVERS, program('proofkey'), ['validator', 'serve', '--config', config], 'ignore');
  await answers(port);
  return { name: 'Proofkey', port, ...running };
}

function configuration(port, upstreamPort, limits) {
  return `listen = "127.0.0.1:${port}"

[limits]
${limits}

[[integration]]
path = "/bench/authorization"
fields = { username = "string", password = "secret" }
returns = { user_id = "$.user.id", name = "$.user.name" }

[integration.upstream]
api_base = "http://127.0.0.1:${upstreamPort}"
path = "/users/me"
basic = { username = "{username}", password = "{password}" }
`;
}

/** Debian's nginx as a relay that looks at nothing: the floor. */
export async function nginx(folder, upstreamPort) {
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, `worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
events { worker_connections 16000; }
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  keepalive_requests 1000000;
  upstream system { server 127.0.0.1:${upstreamPort}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=8192;
    location / { proxy_pass http://system; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`);
  const running = spawned(SERVERS, 'nginx', ['-c', config]);
  await answers(port);
  return { name: 'nginx (validates nothing)', port, ...running };
}

export async function express(folder, upstreamPort) {
  const server = resolve('bench/validator/express/server.mjs');
  const running = await started(SERVERS, process.execPath, [server, String(upstreamPort)]);
  return { name: 'Express', port: Number(running.line), ...running };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port) {
  const until = Date.now() + 10_000;
  for (;;) {
    const socket = createConnection(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((tick) => setTimeout(tick, 20));
    }
  }
}
