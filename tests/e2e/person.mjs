// A person with a browser, as far as the practice sign-in pages need one: they carry no script.

import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './driver.mjs';

const CALL_MS = 20_000;

/** Stands in for the system's browser: what is opened is written down, and nothing appears. */
export class Browser {
  #file;
  #read = 0;

  /** To be made before the window starts, which inherits the path to it. */
  constructor(folder) {
    const bin = join(folder, 'bin');
    this.#file = join(folder, 'opened');
    mkdirSync(bin);
    appendFileSync(this.#file, '');
    const opener = join(bin, 'xdg-open');
    writeFileSync(opener, `#!/bin/sh\nprintf '%s\\n' "$1" >>'${this.#file}'\n`);
    chmodSync(opener, 0o700);
    process.env.PATH = `${bin}:${process.env.PATH}`;
  }

  /** The next address that was opened and not asked for yet. */
  async next() {
    let address;
    await until('the browser to be opened', () => {
      address = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean)[this.#read];
      return address !== undefined;
    });
    this.#read += 1;
    return address;
  }
}

/**
 * Signs in at `address` as the person the page suggests and decides; the address the server sends the
 * browser to. Nothing goes there: that is `comeBack`.
 */
export async function decide(address, decision = 'approve') {
  const login = await page(await fetch(address, { signal: AbortSignal.timeout(CALL_MS) }));
  const consent = await page(await submit(address, fields(login)));
  const answer = await submit(address, { ...fields(consent), decision });
  const back = answer.headers.get('location');
  if (!back) throw new Error(`The server answered ${answer.status} and sent nobody back: ${await answer.text()}`);
  return back;
}

/** Follows the way back to this machine; the words of the page that the person lands on. */
export async function comeBack(back) {
  const landed = await page(await fetch(back, { signal: AbortSignal.timeout(CALL_MS) }));
  return landed.replaceAll(/<style>.*?<\/style>|<[^>]+>/gsu, ' ').replaceAll(/\s+/gu, ' ').trim();
}

function submit(address, values) {
  const target = new URL(address);
  target.search = '';
  const body = new URLSearchParams(values);
  return fetch(target, { method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(CALL_MS) });
}

async function page(answer) {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The page answered ${answer.status}: ${text}`);
  return text;
}

/** What stands in the form. */
function fields(html) {
  const inputs = html.match(/<input [^>]*>/gu) ?? [];
  const attribute = (input, name) => new RegExp(` ${name}="([^"]*)"`, 'u').exec(input)?.[1] ?? '';
  return Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]));
}
