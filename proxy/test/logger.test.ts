import { describe, expect, it } from 'vitest';
import { createLogger, type Logger } from '../src/logger.ts';

function linesOf(write: (log: Logger) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  write(createLogger('debug', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }));
  return lines;
}

const failure = Object.assign(new Error("Duplicate entry 'a hash' for key 'PRIMARY'"), {
  code: 'ER_DUP_ENTRY',
  errno: 1062,
  sqlMessage: "Duplicate entry 'a hash' for key 'PRIMARY'",
  sql: "insert into t values ('a hash')",
});

describe('createLogger', () => {
  it.each<[string, (log: Logger) => void]>([
    ['alone', (log) => log.error(failure)],
    ['as err', (log) => log.error({ event: 'e', err: failure })],
    ['under another name', (log) => log.error({ event: 'e', reason: failure, list: [{ failure }] }, 'text')],
    ['as a cause', (log) => log.error({ event: 'e', cause: new Error('outer', { cause: failure }) })],
    ['of a child', (log) => log.child({ err: failure }).error({ event: 'e' })],
  ])('writes of an error no statement and no values: %s', (_, write) => {
    const [line, ...others] = linesOf(write);
    expect(others).toEqual([]);
    const text = JSON.stringify(line);
    expect(text).toContain('ER_DUP_ENTRY');
    expect(text).not.toContain('a hash');
    expect(text).not.toContain('insert into');
  });

  it('writes all else as it is', () => {
    const time = new Date(0);
    expect(
      linesOf((log) => log.info({ event: 'e', list: [1, { a: null }], time_of: time }, 'A %s text', 'short'))
    ).toEqual([
      {
        level: 30,
        time: expect.any(String) as string,
        event: 'e',
        list: [1, { a: null }],
        time_of: '1970-01-01T00:00:00.000Z',
        msg: 'A short text',
      },
    ]);
  });

  it('removes what could sign someone in', () => {
    const [line] = linesOf((log) => log.info({ event: 'e', token: 'x', body: { password: 'y' } }));
    expect(line).toMatchObject({ token: '[removed]', body: { password: '[removed]' } });
  });
});
