// A person with a browser, as far as sign-in pages without script need one: cookies, redirects, one form
// a page.

import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

import { until } from './driver.mjs';

const CALL_MS = 20_000;
/** More redirects than that lead in circles. */
const REDIRECTS = 10;

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
 * Signs in at the practice server as the person its page suggests and decides; the address that the
 * server sends the browser to. Nothing goes there: that is `comeBack`.
 */
export async function decide(address, decision = 'approve') {
  const visit = await Visit.of(address);
  await visit.submit();
  await visit.submit({ decision });
  return visit.landed;
}

/** Follows the way back to this machine; the words of the page that the person lands on. */
export async function comeBack(back) {
  let answer = await navigate(back);
  // The code does not stay in the address bar: a clean address has the page (RFC 9700 §4.3.1).
  if (answer.location) answer = await navigate(new URL(answer.location, back));
  const landed = answer.page;
  return landed.replaceAll(/<style>.*?<\/style>|<[^>]+>/gsu, ' ').replaceAll(/\s+/gu, ' ').trim();
}

/** As a browser navigates: a `fetch` says that it is none, and is not listened to. */
function navigate(address) {
  return new Promise((resolve, reject) => {
    const request = get(address, { signal: AbortSignal.timeout(CALL_MS) }, (answer) => {
      let page = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => (page += part));
      answer.on('end', () => resolve({ location: answer.headers.location, page }));
      answer.on('error', reject);
    });
    request.on('error', reject);
  });
}

/** A person's way over a server's pages, until it sends them elsewhere. */
export class Visit {
  #home;
  #at;
  #cookies = new Map();
  #page = '';
  /** Where the server sent the browser; it has not gone there. */
  landed = null;

  static async of(address) {
    const visit = new Visit();
    visit.#home = new URL(address).origin;
    await visit.#go(new URL(address));
    return visit;
  }

  /** Sends the page's form as it stands there, with what the person entered. */
  submit(entered = {}) {
    const action = /<form[^>]* action="([^"]*)"/u.exec(this.#page)?.[1] ?? '';
    const inputs = (this.#page.match(/<input [^>]*>/gu) ?? []).map((input) => [
      attribute(input, 'name'),
      attribute(input, 'value'),
    ]);
    const values = { ...Object.fromEntries(inputs.filter(([name]) => name !== '')), ...entered };
    return this.#go(new URL(action.replaceAll('&amp;', '&'), this.#at), new URLSearchParams(values));
  }

  async #go(address, form) {
    let [next, body] = [address, form];
    for (let hop = 0; hop < REDIRECTS; hop += 1) {
      const answer = await fetch(next, {
        method: body ? 'POST' : 'GET',
        body,
        headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_MS),
      });
      this.#keepCookies(answer);
      this.#at = next;
      this.#page = await answer.text();
      const location = answer.headers.get('location');
      if (location === null) {
        if (!answer.ok) throw new Error(`${next} answered ${answer.status}: ${this.#page}`);
        return;
      }
      next = new URL(location, this.#at);
      body = undefined;
      if (next.origin !== this.#home) {
        this.landed = location;
        return;
      }
    }
    throw new Error(`${next} leads in circles`);
  }

  #keepCookies(answer) {
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      // A server takes a cookie away by giving it no value.
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
  }
}

function attribute(input, name) {
  return (new RegExp(` ${name}="([^"]*)"`, 'u').exec(input)?.[1] ?? '').replaceAll('&amp;', '&');
}
