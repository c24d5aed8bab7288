import { bucketEnd } from './bucket-end';

const end = (start: string, interval: string, zone: string) => {
  const found = bucketEnd(Date.parse(start), interval, zone);
  return found === undefined ? undefined : new Date(found).toISOString();
};

describe('bucketEnd', () => {
  it.each([
    ['1m', '2026-03-28T12:01:00.000Z'],
    ['15m', '2026-03-28T12:15:00.000Z'],
    ['1h', '2026-03-28T13:00:00.000Z'],
    ['6h', '2026-03-28T18:00:00.000Z'],
  ])('adds %s', (interval, expected) => {
    expect(end('2026-03-28T12:00:00Z', interval, 'UTC')).toBe(expected);
  });

  it("ends days, weeks and months at the zone's midnight, over a change of daylight saving", () => {
    expect(end('2026-03-28T23:00:00Z', 'day', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z');
    expect(end('2026-10-18T22:00:00Z', 'week', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
    expect(end('2026-09-30T22:00:00Z', 'month', 'Europe/Berlin')).toBe('2026-10-31T23:00:00.000Z');
    expect(end('2026-03-28T18:15:00Z', 'day', 'Asia/Kathmandu')).toBe('2026-03-29T18:15:00.000Z');
  });

  it('ends quarters of a day by the clock', () => {
    expect(end('2026-03-28T23:00:00Z', '6h', 'Europe/Berlin')).toBe('2026-03-29T04:00:00.000Z');
    expect(end('2026-10-25T17:00:00Z', '6h', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
  });

  it('knows no other interval', () => {
    expect(end('2026-03-28T12:00:00Z', 'auto', 'UTC')).toBeUndefined();
  });
});
