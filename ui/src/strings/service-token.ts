// The words about tokens that live long.

const one = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;

export const serviceToken = {
  legend: 'Kind of token',
  usual: (seconds: number | null) => (seconds === null ? 'Usual tokens' : `Usual tokens (about ${lasts(seconds)})`),
  usualText: 'A new one is asked for whenever it is needed. The safer choice.',
  service: 'A service token',
  serviceText: 'One token that lives for days or months, for programs that cannot ask for a new one.',
  days: 'How many days it lives',
  daysHelp: (shortest: string, longest: string) =>
    `From ${shortest} to ${longest}. A shorter life does less harm when the token is lost.`,
  daysMissing: 'Enter the number of days.',
  daysMissingHelp: 'For example 30.',
  notes: 'Before you choose it',
  risk: 'Whoever has it can use it until it ends, so it is kept in the keychain like a secret. Going back to the usual tokens does not end one that was issued.',
  fact: 'Service token',
  asked: (seconds: number) => `Asked for ${lasts(seconds)}`,
  notKept: 'none is kept yet',
  ends: (on: string, left: string) => `ends on ${on} (${left})`,
  ended: (on: string, ago: string) => `ended on ${on} (${ago})`,
  renew: 'The next proof asks for a new one.',
  card: { ends: (left: string) => `Service token ends ${left}`, ended: (ago: string) => `Service token ended ${ago}` },
  good: 'The service token is good',
  token: (provider: string) => `${provider} issues a service token, or the kept one is good`,
};

/** "30 days", "36 hours", "10 minutes". */
export function lasts(seconds: number): string {
  if (seconds >= 172_800 || seconds % 86_400 === 0) return one(Math.floor(seconds / 86_400), 'day');
  if (seconds >= 7_200) return one(Math.round(seconds / 3_600), 'hour');
  return one(Math.round(seconds / 60), 'minute');
}
