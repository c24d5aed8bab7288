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

  const names = [
    'password',
    'password_hash',
    'passwordHash',
    'token',
    'access_token',
    'accessToken',
    'id_token',
    'refresh_token',
    'authorization',
    'Authorization',
    'Proxy-Authorization',
    'cookie',
    'Cookie',
    'cookies',
    'set-cookie',
    'Set-Cookie',
    'secret',
    'client_secret',
    'clientSecret',
    'SESSION_SECRET',
    'client_assertion',
    'code_verifier',
    'X-Grafana-Id',
    'x-grafana-id',
    'code',
  ];
  const value = 'kR3-secret_W9';
  class Holder {
    readonly password = value;
  }

  it.each(names)('removes the value of %s, wherever it is', (name) => {
    const pair = { [name]: value };
    const deep = { a: { b: { c: [{ d: [[pair]] }] } } };
    const bare: unknown = Object.assign(Object.create(null) as object, pair);
    const lines = linesOf((log) => {
      log.info({ event: 'e', ...pair });
      log.info({ event: 'e', body: pair, headers: { ...pair, host: 'a' } });
      log.warn({ event: 'e', deep, list: [pair, [pair]], bare });
      log.error({ event: 'e', [name]: [value], nested: { [name]: { value } } }, 'text');
      log.info(deep);
    });
    expect(lines).toHaveLength(5);
    const texts = lines.map((line) => JSON.stringify(line));
    // A code in a list or an object is none.
    const wrong = texts.filter((text) => text.includes(value) && !(name === 'code' && text.includes('"text"')));
    expect(wrong).toEqual([]);
    expect(lines[1]).toMatchObject({
      event: 'e',
      body: { [name]: '[removed]' },
      headers: { [name]: '[removed]', host: 'a' },
    });
  });

  it.each(['password', 'access_token', 'set-cookie', 'x-grafana-id', 'client_secret'])(
    'removes the value of %s from the fields of child loggers',
    (name) => {
      const lines = linesOf((log) => {
        log.child({ [name]: value }).info({ event: 'e' });
        log.child({ request: { headers: { [name]: value } } }).info({ event: 'e' });
      });
      expect(lines).toMatchObject([{ [name]: '[removed]' }, { request: { headers: { [name]: '[removed]' } } }]);
    }
  );

  it('removes them from objects of classes, too', () => {
    const [line] = linesOf((log) => log.info({ event: 'e', holder: new Holder(), within: { holder: new Holder() } }));
    expect(line).toMatchObject({ holder: { password: '[removed]' }, within: { holder: { password: '[removed]' } } });
  });

  it.each(['internal', 'query_timeout', 'ECONNREFUSED', 'ER_DUP_ENTRY', 1045])(
    'keeps %j, which is the code of an error',
    (code) => {
      expect(linesOf((log) => log.info({ event: 'e', code, cause: { code } }))).toMatchObject([
        { code, cause: { code } },
      ]);
    }
  );

  it.each(['tokens', 'total_tokens', 'token_type', 'secretary', 'passwords_checked', 'cookie_name', 'codes'])(
    'keeps %s, which is no secret',
    (name) => {
      expect(linesOf((log) => log.info({ event: 'e', [name]: 'x' }))).toMatchObject([{ [name]: 'x' }]);
    }
  );

  it('ends what contains itself', () => {
    const loop: Record<string, unknown> = { password: value };
    loop['self'] = loop;
    const [line] = linesOf((log) => log.info({ event: 'e', loop }));
    expect(JSON.stringify(line)).toContain('[too deep]');
    expect(JSON.stringify(line)).not.toContain(value);
  });
});
