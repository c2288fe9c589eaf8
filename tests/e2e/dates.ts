//! Dates for tests, worked out from today's: what is written down lies in the past one day.

/** A year that lies well ahead. */
export const YEAR = new Date().getFullYear() + 5;

const BERLIN = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' });

/** What a `datetime-local` input holds for a moment in the zone of the tests. */
export function local(moment: Date): string {
  return BERLIN.format(moment).replace(' ', 'T').slice(0, 16);
}

/** How many minutes the zone of the tests is ahead of UTC at a moment. */
function ahead(moment: Date): number {
  return (Date.parse(`${local(moment)}Z`) - Math.floor(moment.getTime() / 60_000) * 60_000) / 60_000;
}

/** The next night in which the clocks of the tests' zone go forward or back: the moment at which they do. */
export function clockChange(direction: 'forward' | 'back'): Date {
  const [hour, day] = [3_600_000, 86_400_000];
  let at = Math.ceil(Date.now() / day + 2) * day;
  const change = (from: number, to: number) => Math.sign(ahead(new Date(to)) - ahead(new Date(from)));
  const wanted = direction === 'forward' ? 1 : -1;
  while (change(at, at + day) !== wanted) at += day;
  while (change(at, at + hour) !== wanted) at += hour;
  return new Date(at + hour);
}
