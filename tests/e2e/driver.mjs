// A small WebDriver client: one window, found by words as a person finds things, a deadline on every
// call. https://www.w3.org/TR/webdriver2/

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const CALL_MS = 30_000;
const WAIT_MS = 15_000;
const POLL_MS = 50;
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Opens the window `application` and returns it; `close` ends it and its driver. */
export async function open(application, screens) {
  const port = await freePort();
  // It ends with this process, however this process ends: it would keep the runner's output open.
  const driver = spawn('setpriv', ['--pdeathsig', 'KILL', 'WebKitWebDriver', `--port=${port}`, '--host=127.0.0.1'], {
    env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const base = `http://127.0.0.1:${port}`;
  try {
    return new Window(await start(base, application), driver, application, screens);
  } catch (error) {
    driver.kill();
    throw error;
  }
}

/** Starts the window once the driver answers; the address of the session. */
async function start(base, application) {
  await until('the driver to answer', async () => (await fetch(`${base}/status`)).ok);
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: application, args: ['--automation'] } } };
  const session = await call('POST', `${base}/session`, { capabilities });
  return `${base}/session/${session.sessionId}`;
}

class Window {
  constructor(url, driver, application, screens) {
    mkdirSync(screens, { recursive: true });
    Object.assign(this, { url, driver, application, screens });
  }

  async close() {
    try {
      await call('DELETE', this.url).catch(() => undefined);
      // The driver ends the program after it has answered; a program that is still there would only be
      // brought to the front by the next start.
      await until('the program to end', () => !runs(this.application));
    } finally {
      this.driver.kill();
    }
  }

  /** Clicks the visible button, or radio, with this name. */
  async click(name) {
    // What lies behind an open dialog cannot be clicked by a person either.
    const modal = await this.run('return document.querySelector("dialog[open]") !== null');
    const within = modal ? '//dialog[@open]' : '';
    const element = await this.find(
      `${within}//button[normalize-space(.)=${quote(name)} or @aria-label=${quote(name)}]` +
        ` | ${within}//label[.//input][contains(normalize-space(.), ${quote(name)})]` +
        ` | ${within}//summary[contains(normalize-space(.), ${quote(name)})]`,
    );
    // The driver scrolls the page, but not a list inside it.
    await this.run('arguments[0].scrollIntoView({ block: "nearest" })', { [ELEMENT]: element });
    await call('POST', `${this.url}/element/${element}/click`, {});
  }

  /** Opens the card that names this connection. */
  async open(connection) {
    const element = await this.find(`//a[contains(., ${quote(connection)})] | //button[contains(., ${quote(connection)})]`);
    await call('POST', `${this.url}/element/${element}/click`, {});
  }

  /** Replaces what stands in the field with this label. */
  async fill(label, text) {
    const element = await this.find(`//input[@id=//label[starts-with(normalize-space(.), ${quote(label)})]/@for]`);
    await call('POST', `${this.url}/element/${element}/clear`, {});
    await call('POST', `${this.url}/element/${element}/value`, { text });
  }

  /** Loads the page anew, and waits until the one before is gone. */
  async reload() {
    await this.run('window.before = true; location.reload()');
    await until('the page to load anew', () => this.run('return !window.before && document.readyState === "complete"'));
  }

  /** Presses Ctrl and V. */
  paste() {
    return this.press('\uE009', 'v');
  }

  /** Types this where the focus is. */
  async type(text) {
    const element = await this.run('return document.activeElement');
    await call('POST', `${this.url}/element/${element[ELEMENT]}/value`, { text });
  }

  /** Presses these keys together. */
  async press(...keys) {
    const actions = [
      ...keys.map((value) => ({ type: 'keyDown', value })),
      ...keys.toReversed().map((value) => ({ type: 'keyUp', value })),
    ];
    await call('POST', `${this.url}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** Waits until these words can be seen. */
  async see(words) {
    try {
      await until(`to see “${words}”`, async () => (await this.words()).includes(words));
    } catch (error) {
      throw new Error(`${error.message}; the window says:\n${await this.words()}`);
    }
  }

  words() {
    return this.run('return document.body.innerText.replace(/\\s+/g, " ")');
  }

  source() {
    return call('GET', `${this.url}/source`);
  }

  run(script, ...args) {
    return call('POST', `${this.url}/execute/sync`, { script, args });
  }

  /** Runs a script that ends by calling its last argument. */
  runAsync(script, ...args) {
    return call('POST', `${this.url}/execute/async`, { script, args });
  }

  async find(xpath) {
    const elements = () => call('POST', `${this.url}/elements`, { using: 'xpath', value: xpath });
    let found;
    try {
      await until(`an element ${xpath}`, async () => {
        for (const one of await elements()) {
          const shown = await call('GET', `${this.url}/element/${one[ELEMENT]}/displayed`);
          if (shown) {
            found = one[ELEMENT];
            return true;
          }
        }
        return false;
      });
    } catch (error) {
      throw new Error(`${error.message}; the window says:\n${await this.words()}`);
    }
    return found;
  }

  /** Makes the window this large, in pixels of the page. */
  async resize(width, height) {
    await call('POST', `${this.url}/window/rect`, { width, height });
    await until(`the window to measure ${width} × ${height}`, () =>
      this.run('return innerWidth === arguments[0] && innerHeight === arguments[1]', width, height),
    );
  }

  /** Sets the size of all text, in percent; the page measures everything by it, as zooming does. */
  enlarge(percent) {
    return this.run('document.documentElement.style.fontSize = arguments[0] + "%"', percent);
  }

  /** What sticks out sideways of the window or of a box that cannot show more. */
  sticksOut() {
    return this.run(`
      const allowed = (one) => one.closest('pre, .hidden-visually') || getComputedStyle(one).textOverflow === 'ellipsis';
      const wide = [document.documentElement, ...document.querySelectorAll('body *')]
        .filter((one) => one.clientWidth > 0 && getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1);
      const outside = [...document.querySelectorAll('body *')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(one).visibility === 'visible');
      return [...new Set([...wide, ...outside])].filter((one) => !allowed(one)).map((one) => one.outerHTML.slice(0, 160));`);
  }

  /** Presses Tab once: the words of the stop it leads to, and whether a ring shows there. */
  async tab() {
    await this.press('\uE004');
    return this.run(`
      const stop = document.activeElement;
      const rings = [getComputedStyle(stop), getComputedStyle(stop, '::after'), stop.closest('label') && getComputedStyle(stop.closest('label'))];
      return {
        body: stop === document.body,
        words: (stop.getAttribute('aria-label') ?? stop.innerText ?? '').trim(),
        ring: rings.some((one) => one && one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2),
      };`);
  }

  /** Takes a picture in either scheme, and refuses any accessibility violation. */
  async look(name) {
    const chosen = await this.run('return document.documentElement.dataset.theme ?? null');
    for (const shade of ['light', 'dark']) {
      await this.run('document.documentElement.dataset.theme = arguments[0]', shade);
      await this.lookOnce(`${name}-${shade}`);
    }
    await this.run(
      'if (arguments[0] === null) delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = arguments[0]',
      chosen,
    );
  }

  async lookOnce(name) {
    // A picture straight after a change shows the page before it.
    await this.runAsync(
      'const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));',
    );
    await this.settled();
    const picture = await call('GET', `${this.url}/screenshot`);
    writeFileSync(`${this.screens}/${name}.png`, Buffer.from(picture, 'base64'));
    await this.run(AXE);
    const violations = await this.runAsync(
      `const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then(
          (result) => done(result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | '))),
          (error) => done(['axe itself: ' + error]));`,
    );
    if (violations.length > 0) throw new Error(`${name}: ${violations.join('\n')}`);
  }

  /** Colours in transition are neither of their ends. */
  settled() {
    return until('animations to end', () =>
      this.run('return document.getAnimations().filter((one) => one.playState === "running" && one.effect.getTiming().iterations !== Infinity).length === 0'),
    );
  }
}

/** Waits for `ready` to come true, and for no longer than the deadline. */
export async function until(what, ready, deadline = WAIT_MS) {
  const end = performance.now() + deadline;
  let last;
  while (performance.now() < end) {
    try {
      if (await ready()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Waited ${deadline / 1000} s for ${what}${last ? ` (${last.message})` : ''}`);
}

/** Whether a process of this program is alive. */
function runs(program) {
  const path = realpathSync(program);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`) === path;
      } catch {
        // It ended meanwhile, or belongs to somebody else.
        return false;
      }
    });
}

async function call(method, url, body) {
  const answer = await fetch(url, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(CALL_MS),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** An XPath string that may hold either kind of quotation mark. */
function quote(text) {
  if (!text.includes('"')) return `"${text}"`;
  return `concat(${text.split('"').map((part) => `"${part}"`).join(`, '"', `)})`;
}
