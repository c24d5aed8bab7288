import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { logConsole } from '../../src/logs/log-console.ts';

describe('logConsole', () => {
  it('makes lines of what a library prints, without what may be values', () => {
    const lines: unknown[] = [];
    const ignore = () => undefined;
    const target = { log: ignore, info: ignore, warn: ignore, error: ignore } as Parameters<typeof logConsole>[0];
    logConsole(target, createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) }));
    target.error("`query` failed in the background after abortion: Duplicate entry 'a value' for key");
    target.log({ sql: 'a statement' });
    expect(lines).toMatchObject([
      { level: 40, event: 'library_message', text: '`query` failed in the background after abortion' },
      { level: 40, event: 'library_message', text: 'object' },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/a value|a statement/);
  });
});
