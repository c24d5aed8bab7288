import { describe, expect, it } from 'vitest';
import { createEndRequests } from '../src/end-requests.ts';

describe('createEndRequests', () => {
  it('takes what comes within a second for the first request, and anything later for another one', () => {
    let now = 5000;
    const next = createEndRequests(() => now);
    const at = (ms: number) => {
      now = ms;
      return next();
    };
    expect([5000, 5000, 6000, 6001, 9000].map(at)).toEqual(['first', 'same', 'same', 'again', 'again']);
  });
});
