// What WebDriver cannot see: native dialogs and the keychain.

import { execFileSync } from 'node:child_process';

import { until } from './driver.mjs';

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', timeout: 10_000 });

/** Waits for the native dialog with this title, types a path into it and presses Return. */
export async function answerSaveDialog(title, path) {
  let id;
  await until(`the dialog “${title}”`, () => {
    id = run('xdotool', 'search', '--onlyvisible', '--name', title).trim().split('\n').pop();
    return id !== '';
  });
  run('xdotool', 'windowfocus', '--sync', id);
  run('xdotool', 'key', '--window', id, 'ctrl+a');
  run('xdotool', 'type', '--window', id, '--delay', '5', path);
  run('xdotool', 'key', '--window', id, 'Return');
}

/** The items of the keychain that belong to Proofkey, as secret-tool prints them. */
export function keychain() {
  return run('secret-tool', 'search', '--all', '--unlock', 'service', 'dev.proofkey');
}
