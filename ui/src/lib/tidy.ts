// Puts right what pasting does to a credential. Which values need it is Rust's judgement (a finding
// with `tidy`); the value itself is still in the page then, and never comes back from Rust.

const INVISIBLE = /[\u200b-\u200d\u2060\ufeff\u00ad\u180e]/gu;
const BLANK_AROUND = /^[\s\u00a0]+|[\s\u00a0]+$/gu;
const LINE_BREAKS = /[\r\n\t\u2028\u2029]+\s*/gu;
const QUOTES: ReadonlyArray<[string, string]> = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
];

/** The value without blanks and quotes around it, and without line breaks and invisible characters. */
export function tidy(value: string): string {
  let text = value.replace(INVISIBLE, '').replace(BLANK_AROUND, '').replace(LINE_BREAKS, '');
  for (const [open, close] of QUOTES) {
    if (text.length > 1 && text.startsWith(open) && text.endsWith(close)) {
      text = text.slice(1, -1).replace(BLANK_AROUND, '');
    }
  }
  return text;
}
