import { describe, expect, it } from 'vitest';
import { parseHostList } from '../../src/network/host-list.ts';

describe('parseHostList', () => {
  const hosts = parseHostList('metrics.example, LOCALHOST:5000,[::1]:5000, 192.0.2.1, plain.example:80');

  it.each<[string, number, boolean]>([
    ['metrics.example', 80, true],
    ['Metrics.Example', 80, true],
    ['metrics.example:8443', 80, true],
    ['localhost:5000', 80, true],
    ['[::1]:5000', 80, true],
    ['192.0.2.1:1', 80, true],
    ['plain.example', 80, true],
    ['plain.example:80', 443, true],
    ['plain.example', 443, false],
    ['localhost', 80, false],
    ['localhost:50000', 80, false],
    ['[::1]', 80, false],
    ['::1', 80, false],
    ['metrics.example.', 80, false],
    ['metrics.example.evil.example', 80, false],
    ['evil-metrics.example', 80, false],
    ['metrics.example:', 80, false],
    ['metrics.example:99999', 80, false],
    ['metrics.example, evil.example', 80, false],
    ['metrics.example@evil.example', 80, false],
    ['metrics.example/', 80, false],
    ['', 80, false],
  ])('has %j, by default at port %i: %j', (host, defaultPort, expected) => {
    expect(hosts.has(host, defaultPort)).toBe(expected);
  });

  it.each(['https://metrics.example', 'metrics.example/', '*.example', 'a,', ',', 'a b', 'a:99999', '::1', 'a:b'])(
    'refuses %j',
    (list) => {
      expect(() => parseHostList(list)).toThrow(
        /^must be a comma list of host names, with or without a port, such as metrics\.example, \[::1\]:5000; ".*" is none$/
      );
    }
  );
});
