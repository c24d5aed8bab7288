import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventLoopLag, watchEventLoop } from '../src/event-loop-lag.ts';

let lag: EventLoopLag;

/** Keeps the thread busy, as computing would. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('watchEventLoop', () => {
  beforeEach(() => {
    lag = watchEventLoop();
  });
  afterEach(() => {
    lag.stop();
  });

  it('is not high of one pause, however long, nor of two (H108)', async () => {
    await setTimeout(600);
    for (const pause of [1500, 700]) {
      block(pause);
      await setTimeout(0);
      expect(lag.recentMs()).toBeLessThan(200);
    }
  });

  it('is high while every turn takes long, and falls when that is over (H108)', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      block(450);
      await setTimeout(1);
    }
    expect(lag.recentMs()).toBeGreaterThan(200);
    expect(lag.recentMs()).toBeLessThan(2000);
    await setTimeout(1000);
    expect(lag.recentMs()).toBeLessThan(200);
  });
});
