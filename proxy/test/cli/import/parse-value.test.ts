import { describe, expect, it } from 'vitest';
import { createValueParser } from '../../../src/cli/import/parse-value.ts';
import type { ColumnType } from '../../../src/database/column-type.ts';

const optional = { required: false };
const integer: ColumnType = { kind: 'integer', declared: 'INT UNSIGNED', min: 0n, max: 4_294_967_295n };
const decimal: ColumnType = { kind: 'decimal', declared: 'DECIMAL(18,8)', precision: 18, scale: 8, unsigned: false };
const text: ColumnType = {
  kind: 'text',
  declared: 'VARCHAR(5)',
  maxCharacters: 5,
  maxBytes: 20,
  characterSet: 'utf8mb4',
  collation: null,
};

function time(type: 'datetime' | 'timestamp', zone: string, fractionDigits: number): ColumnType {
  return { kind: 'time', declared: type, type, zone, fractionDigits };
}

describe('createValueParser', () => {
  it('reads empty as NULL, or as missing where a value has to be', () => {
    expect(createValueParser(integer, optional)('')).toEqual({ value: null });
    expect(createValueParser(integer, { required: true })('')).toEqual({ problem: 'is missing' });
  });

  it.each([
    ['0', { value: '0' }],
    ['007', { value: '7' }],
    ['4294967295', { value: '4294967295' }],
    ['4294967296', { problem: '4294967296 is not from 0 to 4294967295' }],
    ['-1', { problem: '-1 is not from 0 to 4294967295' }],
    ['99999999999999999999', { problem: '99999999999999999999 is not from 0 to 4294967295' }],
    ['1.5', { problem: '"1.5" is not a whole number' }],
    ['1e3', { problem: '"1e3" is not a whole number' }],
    [' 1', { problem: '" 1" is not a whole number' }],
    ['0x10', { problem: '"0x10" is not a whole number' }],
    ['NULL', { problem: '"NULL" is not a whole number' }],
    ['١', { problem: '"١" is not a whole number' }],
  ])('reads %j as a count', (value, expected) => {
    expect(createValueParser(integer, { ...optional, wholeFrom: 0 })(value)).toEqual(expected);
  });

  it('reads counts into columns of other kinds', () => {
    const parse = (type: ColumnType, value: string) => createValueParser(type, { ...optional, wholeFrom: 0 })(value);
    expect(parse({ ...decimal, precision: 5, scale: 2 }, '999')).toEqual({ value: '999' });
    expect(parse({ ...decimal, precision: 5, scale: 2 }, '1000')).toEqual({ problem: '1000 is not from 0 to 999' });
    const signed: ColumnType = { ...integer, min: -128n, max: 127n };
    expect(parse(signed, '-1')).toEqual({ problem: '-1 is not from 0 to 127' });
    const double: ColumnType = { kind: 'float', declared: 'DOUBLE', size: 'double', unsigned: false };
    expect(parse(double, '9007199254740992')).toEqual({
      problem: '9007199254740992 is not from 0 to 9007199254740991',
    });
  });

  it.each([
    ['0.00017500', { value: '0.000175' }],
    ['0.000175000000', { value: '0.000175' }],
    ['.5', { value: '0.5' }],
    ['12.', { value: '12' }],
    ['+1.5', { value: '1.5' }],
    ['-0.25', { value: '-0.25' }],
    ['-0.0', { value: '0' }],
    ['9999999999.99999999', { value: '9999999999.99999999' }],
    ['10000000000', { problem: '"10000000000" is too large for DECIMAL(18,8)' }],
    ['0.000000001', { problem: '"0.000000001" has more than 8 digits after the point' }],
    ['1e-5', { problem: '"1e-5" is not a decimal number such as 0.00125' }],
    ['1,5', { problem: '"1,5" is not a decimal number such as 0.00125' }],
    ['$1', { problem: '"$1" is not a decimal number such as 0.00125' }],
    ['.', { problem: '"." is not a decimal number such as 0.00125' }],
    ['NaN', { problem: '"NaN" is not a decimal number such as 0.00125' }],
  ])('reads %j as a cost', (value, expected) => {
    expect(createValueParser(decimal, optional)(value)).toEqual(expected);
  });

  it('reads costs into columns of other kinds', () => {
    expect(createValueParser({ ...decimal, unsigned: true }, optional)('-1')).toEqual({
      problem: '"-1" is negative, which DECIMAL(18,8) does not keep',
    });
    expect(createValueParser({ ...decimal, precision: 10, scale: 10 }, optional)('0.0000000001')).toEqual({
      value: '0.0000000001',
    });
    const double: ColumnType = { kind: 'float', declared: 'DOUBLE', size: 'double', unsigned: false };
    expect(createValueParser(double, optional)('0.00000000012345')).toEqual({ value: '0.00000000012345' });
  });

  it.each([
    ['abcde', { value: 'abcde' }],
    [' a ', { value: ' a ' }],
    ['🙂🙂🙂🙂🙂', { value: '🙂🙂🙂🙂🙂' }],
    ['abcdef', { problem: '"abcdef" has 6 characters; VARCHAR(5) keeps 5' }],
    ['a\0b', { problem: 'has a NUL or half a character, which is not text' }],
    ['a\ud800', { problem: 'has a NUL or half a character, which is not text' }],
  ])('reads %j as text', (value, expected) => {
    expect(createValueParser(text, optional)(value)).toEqual(expected);
  });

  it('refuses text that has too many bytes, or characters that the column has not', () => {
    const bytes: ColumnType = { ...text, maxCharacters: null, maxBytes: 3 };
    expect(createValueParser(bytes, optional)('éé')).toEqual({ problem: '"éé" has 4 bytes; VARCHAR(5) keeps 3' });
    const narrow: ColumnType = { ...text, characterSet: 'utf8mb3' };
    expect(createValueParser(narrow, optional)('é')).toEqual({ value: 'é' });
    expect(createValueParser(narrow, optional)('🙂')).toEqual({
      problem: '"🙂" has a character of 4 bytes, which a column in utf8mb3 does not keep',
    });
  });

  it('shows what is wrong short and without control characters', () => {
    expect(createValueParser(text, optional)(`\u001b[31m\u009b\u202e${'x'.repeat(100)}`)).toEqual({
      problem: `"\\u001b[31m\\u009b\\u202e${'x'.repeat(33)}…" has 107 characters; VARCHAR(5) keeps 5`,
    });
  });

  it.each([
    ['2026-01-31 13:45:00', { value: '2026-01-31 13:45:00' }],
    ['2026-01-31 13:45:00.250', { value: '2026-01-31 13:45:00.250' }],
    ['2026-01-31T13:45:00.250987', { value: '2026-01-31 13:45:00.250' }],
    ['2026-01-31T13:45:00.25Z', { value: '2026-01-31 21:45:00.250' }],
    ['2026-01-31T13:45:00+05:45', { value: '2026-01-31 16:00:00.000' }],
    ['2026-01-31 13:45:00-03:00', { value: '2026-02-01 00:45:00.000' }],
    ['2024-02-29 00:00:00', { value: '2024-02-29 00:00:00' }],
    ['2026-02-29 00:00:00', { problem: '"2026-02-29 00:00:00" does not exist in the calendar' }],
    ['2026-13-01 00:00:00', { problem: '"2026-13-01 00:00:00" does not exist in the calendar' }],
    ['2026-01-31 24:00:00', { problem: '"2026-01-31 24:00:00" does not exist in the calendar' }],
    ['2026-01-31 23:59:60', { problem: '"2026-01-31 23:59:60" does not exist in the calendar' }],
    ['0000-00-00 00:00:00', { problem: '"0000-00-00 00:00:00" does not exist in the calendar' }],
    ['1969-12-31 23:59:59', { problem: '"1969-12-31 23:59:59" is not from 1970 to 9999' }],
    ['2026-01-31', { problem: '"2026-01-31" is not a time such as 2026-01-31 13:45:00.250 or 2026-01-31T13:45:00Z' }],
    [
      '31.01.2026 13:45',
      { problem: '"31.01.2026 13:45" is not a time such as 2026-01-31 13:45:00.250 or 2026-01-31T13:45:00Z' },
    ],
  ])('reads %j as a time in a DATETIME(3) of Asia/Shanghai', (value, expected) => {
    expect(createValueParser(time('datetime', 'Asia/Shanghai', 3), optional)(value)).toEqual(expected);
  });

  it('cuts times to the digits of the column, and keeps to the range of TIMESTAMP', () => {
    const parse = createValueParser(time('timestamp', 'UTC', 0), optional);
    expect(parse('2026-12-31 23:59:59.999')).toEqual({ value: '2026-12-31 23:59:59' });
    expect(parse('2026-12-31T23:59:59.999Z')).toEqual({ value: '2026-12-31 23:59:59' });
    expect(parse('2038-01-19 03:14:07')).toEqual({ value: '2038-01-19 03:14:07' });
    expect(parse('2038-01-19 03:14:08')).toEqual({ problem: '"2038-01-19 03:14:08" is not from 1970 to 2038' });
  });
});
