// What WebDriver cannot see: native dialogs and the keychain.

import { execFileSync, spawnSync } from 'node:child_process';

import { until } from './driver.mjs';

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', timeout: 10_000 });

/** Waits for a window whose title matches, as the screen knows it; its number. */
export async function seeWindow(title) {
  let id;
  await until(`the window “${title}”`, () => {
    id = run('xdotool', 'search', '--onlyvisible', '--name', title).trim().split('\n').pop();
    return id !== '';
  });
  return id;
}

/** Types a path into the native dialog with this title and presses Return. */
export async function answerSaveDialog(title, path) {
  const id = await seeWindow(title);
  run('xdotool', 'windowfocus', '--sync', id);
  run('xdotool', 'key', '--window', id, 'ctrl+a');
  run('xdotool', 'type', '--window', id, '--delay', '5', path);
  run('xdotool', 'key', '--window', id, 'Return');
}

/** The items of the keychain that belong to Proofkey, as secret-tool prints them on both outputs. */
export function keychain() {
  const found = spawnSync('secret-tool', ['search', '--all', '--unlock', 'service', 'dev.proofkey'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return found.stdout + found.stderr;
}

/** How many items of Proofkey the keychain holds. */
export function itemCount() {
  return keychain().split('\n').filter((line) => line.startsWith('secret = ')).length;
}
