import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('plays 2,000 histories on both engines, where nothing is said', () => {
    const { seed, ...others } = readOptions([]);
    expect(Number.isInteger(seed)).toBe(true);
    expect(others).toEqual({
      engines: ['mysql', 'mariadb'],
      rounds: 2000,
      seconds: 86_400,
      path: undefined,
      replay: undefined,
      proxies: false,
      minutes: 1,
      help: false,
    });
  });

  it('starts proxies on MySQL only, unless another engine is named', () => {
    expect(readOptions(['--proxies']).engines).toEqual(['mysql']);
    expect(readOptions(['--proxies', '--engine', 'mariadb']).engines).toEqual(['mariadb']);
  });

  it.each([
    [['--engine', 'sqlite'], '--engine: must be mysql or mariadb'],
    [['--rounds', '0'], '--rounds: must be a whole number from 1 to 10000000'],
    [['--seed', '-1'], "Option '--seed"],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
