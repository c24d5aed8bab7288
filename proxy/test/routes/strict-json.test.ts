import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../src/routes/strict-json.ts';

describe('parseStrictJson', () => {
  it.each([
    ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', { a: 1, b: { a: 2 }, c: [{ a: 3 }, { a: 4 }] }],
    ['{"a":"a","b":"{\\"a\\":1,\\"a\\":2}"}', { a: 'a', b: '{"a":1,"a":2}' }],
    ['{"\\\\":1,"\\\\\\"":2}', { '\\': 1, '\\"': 2 }],
    ['["a","a"]', ['a', 'a']],
    ['{"A":1,"a" :2}', { A: 1, a: 2 }],
    ['{}', {}],
    ['1', 1],
    [`${'['.repeat(32)}${']'.repeat(32)}`, JSON.parse(`${'['.repeat(32)}${']'.repeat(32)}`)],
  ])('reads %s', (text, value) => {
    expect(parseStrictJson(text)).toEqual(value);
  });

  it.each([
    ['', 'not valid JSON'],
    ['{', 'not valid JSON'],
    ["{'a':1}", 'not valid JSON'],
    ['{"a":1,}', 'not valid JSON'],
    ['NaN', 'not valid JSON'],
    ['{"a":1,"a":2}', 'a key twice'],
    ['{"a":1,"\\u0061":2}', 'a key twice'],
    ['{"b":{"a":1,"c":[1,{"x":1}],"a" : 2}}', 'a key twice'],
    ['{"":1,"":2}', 'a key twice'],
    ['{"__proto__":1}', '__proto__'],
    ['[{"\\u005f_proto__":{"a":1}}]', '__proto__'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'deeper than 32'],
    [`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'deeper than 32'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseStrictJson(text)).toThrow(reason);
  });
});
