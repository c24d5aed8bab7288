/** Stored dates and times as text and as ms since 1970, read as if they were UTC. */

const format = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/;

/** `YYYY-MM-DD HH:MM:SS.mmm`. */
export function wallText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** The ms of a stored date and time as drivers return it; throws on anything else. Microseconds are cut off. */
export function wallMs(text: string): number {
  const match = format.exec(text);
  if (match === null) {
    throw new TypeError('Not a stored date and time');
  }
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return whole + Number(fraction.padEnd(3, '0').slice(0, 3));
}
