// Walks the page on the fake transport in Chromium, under the window's own content security policy:
// a picture of every screen in both schemes, axe-core on each (contrast included), and no word on
// the console. Usage: npm run build:fake && npm run screens [-- part-of-a-name]

import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { scenes } from './scenes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = fileURLToPath(new URL('../../target/screens/page/', import.meta.url));
const only = process.argv[2] ?? '';
const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

await mkdir(out, { recursive: true });
const server = await preview({
  root,
  mode: 'fake',
  build: { outDir: 'dist-fake' },
  preview: { port: 0, strictPort: false },
  logLevel: 'error',
});
const { port } = server.httpServer.address();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let wrong = 0;

for (const scene of scenes.filter((one) => one.name.includes(only))) {
  for (const scheme of scene.schemes ?? ['light', 'dark']) {
    const name = `${scene.name}-${scheme}`;
    const context = await browser.newContext({
      // Zooming halves the room that the page has and doubles every pixel of it.
      viewport: scene.zoom
        ? { width: 1040 / scene.zoom, height: 720 / scene.zoom }
        : (scene.size ?? { width: 1040, height: 720 }),
      deviceScaleFactor: scene.zoom ?? 1,
      colorScheme: scheme,
      forcedColors: scene.forced ? 'active' : 'none',
      reducedMotion: 'reduce',
      bypassCSP: false,
    });
    await context.grantPermissions(['clipboard-write']);
    const page = await context.newPage();
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    page.setDefaultTimeout(8000);
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complain(name, message.text()));
    page.on('pageerror', (error) => complain(name, error.message));
    try {
      await page.goto(`http://localhost:${port}/fake.html?${scene.query ?? ''}&slow=0`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (scene.text)
        await page.evaluate((times) => (document.documentElement.style.fontSize = `${times * 100}%`), scene.text);
      await scene.walk?.(page);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: `${out}${name}.png` });
      await judge(page, name);
    } catch (error) {
      complain(name, error.message);
      await page.screenshot({ path: `${out}${name}.png` });
    }
    await context.close();
  }
}

await browser.close();
await new Promise((done) => server.httpServer.close(done));
console.log(wrong === 0 ? 'screens: nothing to complain about' : `screens: ${wrong} complaints`);
process.exitCode = wrong === 0 ? 0 : 1;

async function judge(page, name) {
  // Evaluated through the debugger, so the policy of the page stays as strict as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const violation of violations)
    complain(
      name,
      `${violation.id}: ${violation.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`,
    );
}

function complain(name, text) {
  wrong += 1;
  console.error(`${name}: ${text}`);
}
