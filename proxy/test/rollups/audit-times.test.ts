import { describe, expect, it } from 'vitest';
import { auditDueAt, storedSeconds } from '../../src/rollups/audit-times.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('auditDueAt', () => {
  it.each([
    ['a minute later at the soonest', 0, minute],
    ['a minute later while that is more than half the age', 2 * minute, minute],
    ['after half the age', 3 * hour, 1.5 * hour],
    ['after the longest time that is wanted', 100 * hour, 24 * hour],
    ['a minute later where clocks went back', -hour, minute],
  ])('is %s', (_, age, wait) => {
    expect(auditDueAt(1_000_000_000 - age, 1_000_000_000, 24 * hour)).toBe(1_000_000_000 + wait);
  });
});

describe('storedSeconds', () => {
  it('is the time on the wall of the zone', () => {
    const instant = Date.parse('2026-07-01T10:00:00.900Z');
    expect(storedSeconds('UTC', instant)).toBe(Date.parse('2026-07-01T10:00:00Z') / 1000);
    expect(storedSeconds('Asia/Shanghai', instant)).toBe(Date.parse('2026-07-01T18:00:00Z') / 1000);
    expect(storedSeconds('Europe/Berlin', instant)).toBe(Date.parse('2026-07-01T12:00:00Z') / 1000);
  });
});
