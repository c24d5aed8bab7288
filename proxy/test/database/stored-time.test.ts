import { describe, expect, it } from 'vitest';
import { createStoredTimeWriter } from '../../src/database/stored-time.ts';

describe('createStoredTimeWriter', () => {
  it.each([
    ['UTC', 3, '2026-01-31T23:59:59.987Z', '2026-01-31 23:59:59.987'],
    ['UTC', 1, '2026-01-31T23:59:59.987Z', '2026-01-31 23:59:59.9'],
    ['UTC', 0, '2026-01-31T23:59:59.987Z', '2026-01-31 23:59:59'],
    ['UTC', 6, '2026-01-31T23:59:59.987Z', '2026-01-31 23:59:59.987'],
    ['Asia/Shanghai', 3, '2026-01-31T16:00:00.001Z', '2026-02-01 00:00:00.001'],
    ['Asia/Kathmandu', 3, '2026-01-31T18:14:59.999Z', '2026-01-31 23:59:59.999'],
    ['America/New_York', 0, '2026-01-01T04:59:59Z', '2025-12-31 23:59:59'],
    // Daylight saving of Lord Howe is half an hour: 15:30 UTC is where it begins.
    ['Australia/Lord_Howe', 0, '2026-10-03T15:29:59Z', '2026-10-04 01:59:59'],
    ['Australia/Lord_Howe', 0, '2026-10-03T15:30:00Z', '2026-10-04 02:30:00'],
    // The hour that occurs twice.
    ['Europe/Berlin', 0, '2026-10-25T00:30:00Z', '2026-10-25 02:30:00'],
    ['Europe/Berlin', 0, '2026-10-25T01:30:00Z', '2026-10-25 02:30:00'],
  ])('writes in %s with %i digits %s as %s', (zone, fractionDigits, instant, stored) => {
    expect(createStoredTimeWriter({ zone, fractionDigits })(Date.parse(instant))).toBe(stored);
  });
});
