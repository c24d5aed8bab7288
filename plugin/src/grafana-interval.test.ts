import { queryInterval } from './grafana-interval';

describe('queryInterval', () => {
  it.each([
    ['1m', '1m'],
    ['60s', '1m'],
    ['30m', '30m'],
    ['60m', '1h'],
    ['6h', '6h'],
    ['1d', 'day'],
    ['24h', 'day'],
    ['7d', 'week'],
    ['1w', 'week'],
    ['1M', 'month'],
    ['day', 'day'],
    ['auto', 'auto'],
  ])('reads %s as %s', (grafana, interval) => {
    expect(queryInterval(grafana)).toBe(interval);
  });

  it.each(['10m', '12h', '14d', '30d', '1y', '0m', 'constructor'])(
    'leaves %s to the proxy, which refuses it',
    (text) => {
      expect(queryInterval(text)).toBe(text);
    }
  );
});
