import { describe, expect, it } from 'vitest';
import { changesOffset, instantOfWallTime, isTimeZone, offsetSpans } from '../../src/time/time-zone.ts';

const hour = 3_600_000;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
const wall = (text: string) => Date.parse(`${text}Z`);

function spans(zone: string, from: string, to: string): [string, string, number][] {
  return offsetSpans(zone, at(from), at(to)).map((span) => [iso(span.from), iso(span.to), span.offset / hour]);
}

describe('isTimeZone', () => {
  it.each([
    'UTC',
    'utc',
    'Europe/Berlin',
    'europe/berlin',
    'Etc/GMT+5',
    'America/Argentina/Buenos_Aires',
    'EST',
    'GMT0',
  ])('knows %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each([
    '',
    '+05:45',
    'UTC+14',
    'Europe/Atlantis',
    'Mars/Olympus',
    ' UTC',
    'UTC ',
    'UTC\n',
    "UTC' OR 1=1 -- ",
    '../../etc/passwd',
    'Europe/Berlin\0',
    'localtime',
  ])('refuses "%s"', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  it('knows only zones whose offsets can be told', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const unusable = zones.filter(
      (zone) => !isTimeZone(zone) || offsetSpans(zone, at('2026-06-01T00:00Z'), at('2026-06-02T00:00Z')).length === 0
    );
    expect(unusable).toEqual([]);
  });
});

describe('offsetSpans', () => {
  it('is one span where the offset stays', () => {
    expect(spans('Asia/Kathmandu', '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([
      ['2026-01-01T00:00Z', '2027-01-01T00:00Z', 5.75],
    ]);
  });

  it('is empty for an empty range', () => {
    expect(offsetSpans('UTC', 5, 5)).toEqual([]);
  });

  it('cuts where daylight saving begins and ends', () => {
    expect(spans('Europe/Berlin', '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([
      ['2026-01-01T00:00Z', '2026-03-29T01:00Z', 1],
      ['2026-03-29T01:00Z', '2026-10-25T01:00Z', 2],
      ['2026-10-25T01:00Z', '2027-01-01T00:00Z', 1],
    ]);
  });

  it('gives the new offset to a range that starts at the change, the old one to a range that ends there', () => {
    expect(spans('Europe/Berlin', '2026-03-29T01:00Z', '2026-03-29T02:00Z')).toEqual([
      ['2026-03-29T01:00Z', '2026-03-29T02:00Z', 2],
    ]);
    expect(spans('Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T01:00Z')).toEqual([
      ['2026-03-29T00:00Z', '2026-03-29T01:00Z', 1],
    ]);
  });

  it('knows half an hour of daylight saving on Lord Howe Island', () => {
    expect(spans('Australia/Lord_Howe', '2026-03-01T00:00Z', '2026-12-01T00:00Z')).toEqual([
      ['2026-03-01T00:00Z', '2026-04-04T15:00Z', 11],
      ['2026-04-04T15:00Z', '2026-10-03T15:30Z', 10.5],
      ['2026-10-03T15:30Z', '2026-12-01T00:00Z', 11],
    ]);
  });

  it('knows the day that Samoa left out', () => {
    expect(spans('Pacific/Apia', '2011-12-29T00:00Z', '2012-01-01T00:00Z')).toEqual([
      ['2011-12-29T00:00Z', '2011-12-30T10:00Z', -10],
      ['2011-12-30T10:00Z', '2012-01-01T00:00Z', 14],
    ]);
  });
});

describe('instantOfWallTime', () => {
  it.each([
    ['UTC', '2026-05-01T12:00', '2026-05-01T12:00Z'],
    ['Asia/Kathmandu', '2026-05-01T00:00', '2026-04-30T18:15Z'],
    ['America/St_Johns', '2026-07-01T00:00', '2026-07-01T02:30Z'],
    ['Pacific/Kiritimati', '2026-05-01T00:00', '2026-04-30T10:00Z'],
    ['Etc/GMT-14', '2026-05-01T00:00', '2026-04-30T10:00Z'],
  ])('reads a time of %s, %s', (zone, text, instant) => {
    expect(iso(instantOfWallTime(zone, wall(text)))).toBe(instant);
  });

  it.each([
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45Z'],
    // Midnight itself comes twice: at 01:00 Cuba's clocks go back to 00:00.
    ['America/Havana', '2026-11-01T00:00', '2026-11-01T04:00Z'],
  ])('takes the first of two in %s, %s', (zone, text, instant) => {
    expect(iso(instantOfWallTime(zone, wall(text)))).toBe(instant);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29T02:59', '2026-03-29T01:00Z'],
    // No midnight: clocks go from 00:00 to 01:00.
    ['Africa/Cairo', '2026-04-24T00:00', '2026-04-23T22:00Z'],
    ['America/Sao_Paulo', '2017-10-15T00:00', '2017-10-15T03:00Z'],
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30Z'],
  ])('takes the end of the gap in %s, %s', (zone, text, instant) => {
    expect(iso(instantOfWallTime(zone, wall(text)))).toBe(instant);
  });
});

describe('changesOffset', () => {
  it.each([
    ['UTC', false],
    ['Asia/Shanghai', false],
    ['America/Sao_Paulo', false],
    ['Europe/Berlin', true],
  ])('says of %s: %s', (zone, changes) => {
    expect(changesOffset(zone, at('2026-01-01T00:00Z'))).toBe(changes);
  });
});
