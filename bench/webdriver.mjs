// The least WebDriver client: one window at a time, a deadline on every call.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE = 30_000;

/** Starts WebKitWebDriver on a free port; `stop` ends it. */
export async function startDriver() {
  const port = await freePort();
  const driver = spawn('setpriv', ['--pdeathsig', 'KILL', 'WebKitWebDriver', `--port=${port}`, '--host=127.0.0.1'], {
    env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  await until(async () => (await call(base, 'GET', '/status')).ready, 'WebKitWebDriver did not start');
  return {
    open: (binary) => open(base, binary),
    async stop() {
      driver.kill();
      await once(driver, 'exit');
    },
  };
}

/** Asks until the answer is true; fails with `words` after the deadline. */
export async function until(ask, words) {
  const end = Date.now() + DEADLINE;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
    if (Date.now() > end) throw new Error(words);
    await pause(20);
  }
}

async function open(base, binary) {
  const { sessionId } = await call(base, 'POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } } },
  });
  const path = `/session/${sessionId}`;
  return {
    run: (script) => call(base, 'POST', `${path}/execute/sync`, { script, args: [] }),
    close: () => call(base, 'DELETE', path),
  };
}

async function call(base, method, path, body) {
  const response = await fetch(base + path, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
