import { describe, expect, it } from 'vitest';
import { describeCause } from '../src/describe-cause.ts';

/** As mysql2 makes an error of what a server answered. */
function serverError(errno: number, code: string, sqlMessage: string): Error {
  return Object.assign(new Error(sqlMessage), {
    code,
    errno,
    sqlState: 'HY000',
    sqlMessage,
    sql: "insert into `t` values ('secret value')",
  });
}

describe('describeCause', () => {
  it('keeps of an error no fields but those that are known, at every depth', () => {
    const cause = describeCause(
      new Error('outer', { cause: Object.assign(new TypeError('inner'), { code: 'E', errno: 7, sql: 'select 1' }) })
    );
    expect(cause).toEqual({
      name: 'Error',
      message: 'outer',
      code: undefined,
      errno: undefined,
      stack: expect.stringContaining('Error: outer\n    at ') as string,
      cause: {
        name: 'TypeError',
        message: 'inner',
        code: 'E',
        errno: 7,
        stack: expect.stringContaining('TypeError: inner\n    at ') as string,
        cause: undefined,
      },
    });
  });

  it.each([
    [1146, 'ER_NO_SUCH_TABLE', "Table 'app.users' doesn't exist"],
    [1045, 'ER_ACCESS_DENIED_ERROR', "Access denied for user 'app'@'localhost'"],
  ])('keeps the words of a server that names things: %i', (errno, code, message) => {
    expect(describeCause(serverError(errno, code, message))).toMatchObject({ code, errno, message });
  });

  it.each([
    [1062, 'ER_DUP_ENTRY', "Duplicate entry 'secret value' for key 'PRIMARY'"],
    [1064, 'ER_PARSE_ERROR', "You have an error in your SQL syntax near 'secret value\n    at secret value' at line 1"],
    [1644, 'ER_SIGNAL_EXCEPTION', 'secret value'],
  ])('leaves out the words of a server that may repeat values: %i', (errno, code, message) => {
    const cause = describeCause(serverError(errno, code, message));
    expect(cause).toMatchObject({
      code,
      errno,
      message: 'The database refused the statement; its words are not logged, as they may repeat values',
      stack: expect.stringContaining('\n    at ') as string,
    });
    expect(JSON.stringify(cause)).not.toContain('secret value');
  });

  it('gives of what is no error the text, or the type only', () => {
    expect([describeCause('text'), describeCause(undefined), describeCause({ sql: 'select 1' })]).toEqual([
      'text',
      undefined,
      'object',
    ]);
  });
});
