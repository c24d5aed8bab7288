import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('sends 100,000 requests to each engine that is there, where nothing is said', () => {
    const { seed, ...others } = readOptions([]);
    expect(Number.isInteger(seed)).toBe(true);
    expect(others).toEqual({ engine: undefined, inputs: 100_000, seconds: 86_400, path: undefined, help: false });
  });

  it('reads what is given', () => {
    const args = ['--engine', 'sqlite', '--inputs', '5', '--seconds', '6', '--seed', '7', '--path', '8:9'];
    expect(readOptions(args)).toEqual({ engine: 'sqlite', inputs: 5, seconds: 6, seed: 7, path: '8:9', help: false });
  });

  it.each([
    [['--engine', 'oracle'], '--engine: must be sqlite, mysql or mariadb'],
    [['--inputs', '0'], '--inputs: must be a whole number from 1 to 100000000'],
    [['--nothing'], "Unknown option '--nothing'"],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
