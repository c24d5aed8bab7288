import { describe, expect, it } from 'vitest';
import { startProgress } from '../../src/cli/progress.ts';

describe('startProgress', () => {
  it('writes a line for each tenth where there is no terminal', () => {
    const lines: string[] = [];
    const progress = startProgress('calls', 1000, { write: (text) => lines.push(text) });
    [0, 50, 99, 100, 101, 450, 999, 1000].forEach(progress.update);
    progress.stop();
    expect(lines).toEqual(['100 of 1000 calls\n', '450 of 1000 calls\n', '999 of 1000 calls\n']);
  });
});
