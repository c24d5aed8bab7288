import { describe, expect, it } from 'vitest';
import { createIncidents } from '../../src/demo/incidents.ts';
import { demoProviders } from '../../src/demo/models.ts';

const day = 86_400_000;
const hour = 3_600_000;
const history = { from: 0, until: 90 * day };

/** The hours of `[from, until)` in which a provider is slow. */
function slowHours(from: number, until: number): Set<string> {
  const slowdown = createIncidents(1, history);
  const found = new Set<string>();
  for (let at = from; at < until; at += hour / 4) {
    for (const provider of demoProviders) {
      if (slowdown(provider, at) > 1) {
        found.add(`${provider} ${String(Math.floor(at / hour))}`);
      }
    }
  }
  return found;
}

describe('createIncidents', () => {
  it.each([
    ['the first half', 0, 45 * day],
    ['the second half', 45 * day, 90 * day],
    ['the time after it', 90 * day, 135 * day],
  ])('makes one provider slow for some hours of %s', (_, from, until) => {
    const hours = slowHours(from, until);
    expect(hours.size).toBeGreaterThanOrEqual(2);
    expect(hours.size).toBeLessThanOrEqual(6);
    expect(new Set([...hours].map((found) => found.split(' ')[0])).size).toBe(1);
  });

  it('takes 4 to 8 times as long then, and as usual otherwise', () => {
    const slowdown = createIncidents(1, history);
    const factors = new Set<number>();
    for (let at = 0; at < 45 * day; at += hour / 4) {
      demoProviders.forEach((provider) => factors.add(slowdown(provider, at)));
    }
    const [usual, slow] = [...factors].sort((a, b) => a - b);
    expect(usual).toBe(1);
    expect(slow).toBeGreaterThan(4);
    expect(slow).toBeLessThan(8);
    expect(factors.size).toBe(2);
  });
});
