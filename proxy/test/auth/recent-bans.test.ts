import { describe, expect, it } from 'vitest';
import { createRecentBans } from '../../src/auth/recent-bans.ts';

function openBans() {
  let now = 1_000_000;
  const bans = createRecentBans(() => now);
  return {
    bans,
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe('createRecentBans', () => {
  it('knows how long a ban lasts, for a second', () => {
    const { bans, advance } = openBans();
    bans.add('a', 60_000);
    expect([bans.left('a'), bans.left('b')]).toEqual([60_000, null]);
    advance(999);
    expect(bans.left('a')).toBe(59_001);
    advance(1);
    expect(bans.left('a')).toBeNull();
  });

  it('knows a ban no longer than it lasts', () => {
    const { bans, advance } = openBans();
    bans.add('a', 300);
    advance(299);
    expect(bans.left('a')).toBe(1);
    advance(1);
    expect(bans.left('a')).toBeNull();
  });

  it('forgets what it is told to', () => {
    const { bans } = openBans();
    bans.add('a', 60_000);
    bans.add('b', 60_000);
    bans.forget('a');
    expect([bans.left('a'), bans.left('b')]).toEqual([null, 60_000]);
  });

  it('forgets when the clock was set back (F87)', () => {
    const { bans, advance } = openBans();
    bans.add('a', 60_000);
    advance(-3_600_000);
    expect(bans.left('a')).toBeNull();
  });

  it('keeps the 10,000 newest', () => {
    const { bans } = openBans();
    for (let key = 0; key <= 10_000; key += 1) {
      bans.add(String(key), 60_000);
    }
    expect([bans.left('0'), bans.left('1'), bans.left('10000')]).toEqual([null, 60_000, 60_000]);
  });
});
