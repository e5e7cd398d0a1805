// Many processes that find one token too old, again and again.
import { ended } from './processes.mjs';

/** Each token lives so many seconds longer than the one before. */
const STEP = 10_000;

/**
 * In each round `processes` processes ask at once for a token that lives longer than the present one. So each
 * round needs one refresh, and whoever comes late is served by its token. Returns how many processes got
 * another token than the rest of their round.
 */
export async function renewals(program, args, authority, processes, rounds) {
  let issued = 0;
  let strays = 0;
  authority.lifetime = () => (issued += 1) * STEP;
  for (let round = 0; round < rounds; round += 1) {
    const ask = [...args, '--min-ttl', `${round * STEP + STEP / 2}s`];
    const answers = await Promise.all(Array.from({ length: processes }, () => ended(program, ask)));
    const failed = answers.find(({ status }) => status !== 0);
    if (failed) throw new Error(`round ${round}: ${failed.stderr}`);
    strays += answers.filter(({ stdout }) => stdout !== answers[0].stdout).length;
  }
  return strays;
}
