const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

const INTERVALS: Record<number, string> = {
  60: '1m',
  300: '5m',
  900: '15m',
  1800: '30m',
  3600: '1h',
  21_600: '6h',
  86_400: 'day',
  604_800: 'week',
};

/**
 * The query model's interval for one of Grafana's (`1d`, `7d`, `1M`), where there is exactly that one. Any other text
 * stays as it is: the proxy says what it takes.
 */
export function queryInterval(interval: string): string {
  if (interval === '1M') {
    return 'month';
  }
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(interval) ?? [];
  return (unit && INTERVALS[Number(count) * SECONDS[unit as keyof typeof SECONDS]]) || interval;
}
