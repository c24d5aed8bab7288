import { describe, expect, it } from 'vitest';
import { bearerToken } from '../../src/auth/bearer.ts';

describe('bearerToken', () => {
  it.each([
    ['Bearer abc.def-_~+/==', 'abc.def-_~+/=='],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
  ])('reads %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer  abc',
    'Bearer\tabc',
    ' Bearer abc',
    'Bearer abc ',
    'Bearer abc\n',
    'Bearer abc def',
    'Bearer abc, Bearer abc',
    'Bearer =',
    'Bearer abc"',
    'Basic YWRtaW46eA==',
    'Token abc',
    'abc',
  ])('finds no token in %j (B46)', (header) => {
    expect(bearerToken(header)).toBeNull();
  });
});
