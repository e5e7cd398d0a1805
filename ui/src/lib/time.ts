// Times for people: "12 minutes ago", with the exact one beside it.

const UNITS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const forward = new Intl.RelativeTimeFormat('en');
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium' });

/** "just now" below a minute, then the largest whole unit. */
export function ago(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return 'just now';
}

/** "22 November 2026 at 09:41:07", in the person's time zone. */
export function exactly(iso: string): string {
  return exact.format(new Date(iso));
}

/** "in 29 days", "2 hours ago": of an end, so days are counted rather than weeks. */
export function countdown(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  for (const [unit, size] of UNITS.slice(-3)) {
    if (Math.abs(seconds) >= size) return forward.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? 'in less than a minute' : 'just now';
}

/** "22 December 2026", in the person's time zone. */
export function dayOf(iso: string): string {
  return day.format(new Date(iso));
}

/** "12 ms", "1.8 s"; a computed answer took no time worth a number. */
export function duration(milliseconds: number): string {
  if (milliseconds === 0) return '<1 ms';
  if (milliseconds < 1000) return `${milliseconds} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** "4:07" of a number of seconds. */
export function timeLeft(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
