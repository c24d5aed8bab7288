import { describe, expect, it } from 'vitest';
import { readOptions } from '../../bench/options.ts';

describe('readOptions', () => {
  it('measures what is there, five times, where nothing is said', () => {
    expect(readOptions([])).toEqual({
      rows: undefined,
      runs: 5,
      dashboard: false,
      beside: undefined,
      json: false,
      write: false,
      help: false,
    });
  });

  it('reads every argument', () => {
    expect(readOptions(['--rows', '10000000', '--runs', '3', '--dashboard', '--json', '--write', '-h'])).toEqual({
      rows: 10_000_000,
      runs: 3,
      dashboard: true,
      beside: undefined,
      json: true,
      write: true,
      help: true,
    });
  });

  it.each([
    [['--rows', '0'], '--rows: must be a whole number from 1 to 1000000000'],
    [['--rows', '1e6'], '--rows: must be a whole number from 1 to 1000000000'],
    [['--runs', '1001'], '--runs: must be a whole number from 1 to 1000'],
    [['--fast'], "Unknown option '--fast'"],
    [['--dashboard', '--beside', 'bench50'], '--dashboard and --beside are two different runs'],
    [['10000000'], "Unexpected argument '10000000'"],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
