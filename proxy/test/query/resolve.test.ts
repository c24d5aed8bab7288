import { describe, expect, it } from 'vitest';
import { resolveFilters } from '../../src/query/resolve/resolve-filters.ts';
import { resolveRange } from '../../src/query/resolve/resolve-range.ts';
import { type Filter, type QueryInput } from '../../src/query/model/schema.ts';
import { defaultLimits, questionContext } from './question-context.ts';
import { resolved as resolve } from './made-answer.ts';
import { refusal } from './refusal.ts';

type Context = Parameters<typeof questionContext>[0];

const refused = (query: Partial<QueryInput>, context: Context = {}) => refusal(() => resolve(query, context));

const day = 86_400_000;
const names = (items: { name: string }[]) => items.map(({ name }) => name);

describe('resolveRange', () => {
  const range = (from: number, to: number) => () => resolveRange(questionContext({ from, to }));

  it('takes whole ms in order', () => {
    expect(range(1_777_593_600_000, 1_777_593_600_001)()).toEqual({ from: 1_777_593_600_000, to: 1_777_593_600_001 });
  });

  it('takes the longest range that is allowed, and no more', () => {
    const to = 1_777_593_600_000;
    expect(range(to - 400 * day, to)()).toEqual({ from: to - 400 * day, to });
    expect(refusal(range(to - 400 * day - 1, to))).toBe(
      'query_too_large: The time range is longer than 400 days: choose a shorter one'
    );
  });

  it.each([
    ['from', Number.NaN],
    ['from', Number.POSITIVE_INFINITY],
    ['from', -1],
    ['from', 1_777_593_600_000.5],
    ['from', 2 ** 53],
    ['from', 8.64e15 + 1],
    ['from', 253_370_764_800_001],
    ['to', Number.NaN],
    ['to', Number.NEGATIVE_INFINITY],
    ['to', 1e300],
    ['to', 253_370_764_800_001],
  ] as const)('refuses %s = %s', (name, value) => {
    const [from, to] = name === 'from' ? [value, 1_777_593_600_001] : [1_777_593_600_000, value];
    expect(refusal(range(from, to))).toBe(
      `invalid_request: ${name}: must be a time in whole ms since 1970, before the year 9999`
    );
  });

  it('refuses an empty range and one in the wrong order', () => {
    expect(refusal(range(1_777_593_600_000, 1_777_593_600_000))).toBe('invalid_request: to: must be later than from');
    expect(refusal(range(1_777_593_600_001, 1_777_593_600_000))).toBe('invalid_request: to: must be later than from');
  });

  it('refuses seconds instead of ms', () => {
    expect(refusal(range(1_777_593_600, 1_777_680_000))).toMatch(/^invalid_request: from, to: .* look like seconds$/);
  });

  it('takes the first and the last time there is', () => {
    expect(() => resolveRange(questionContext({ from: 100_000_000_000 - 1, to: 100_000_000_000 }))).not.toThrow();
    expect(range(253_370_764_800_000 - 1, 253_370_764_800_000)()).toBeDefined();
  });
});

describe('resolveQuery', () => {
  it('looks up metrics and dimensions in the order asked for', () => {
    const resolved = resolve({ metrics: ['cost', 'requests'], groupBy: ['model_name', 'provider'] });
    expect(names(resolved.metrics)).toEqual(['cost', 'requests']);
    expect(names(resolved.groupBy)).toEqual(['model_name', 'provider']);
  });

  it('names the unknown metric and those there are', () => {
    expect(refused({ metrics: ['requests', 'latency'] })).toMatch(
      /^invalid_request: metrics: "latency" is not a metric; allowed: requests, .*latency_p95/
    );
  });

  it.each(['Requests', 'requests ', '__proto__', 'toString'])('has no metric %s', (name) => {
    expect(refused({ metrics: [name] })).toMatch(/^invalid_request: metrics: ".*" is not a metric/);
  });

  it.each([
    'first_seen',
    'last_seen_age',
    'cost_mtd',
    'cost_forecast_month',
    'budget_used',
    'budget_burn_rate',
    'cost_zscore',
  ])('has %s in a summary only', (name) => {
    const parameters = { budget: 1000 };
    expect(refused({ metrics: [name], parameters })).toBe(
      `invalid_request: metrics: "${name}" has no kind timeseries; allowed: summary`
    );
    expect(names(resolve({ kind: 'summary', metrics: [name], parameters }).metrics)).toEqual([name]);
  });

  it.each(['budget_used', 'budget_burn_rate'])('wants a budget for %s, wherever it is', (name) => {
    const message = `invalid_request: parameters.budget: enter the budget of a month in the currency: "${name}" needs it`;
    expect(refused({ kind: 'summary', metrics: [name] })).toBe(message);
    expect(refused({ groupBy: ['provider'], top: { limit: 5, by: name } })).toBe(message);
  });

  it('calls slow what takes longer than 10 s, or than the question says', () => {
    expect(resolve({ metrics: ['slow_ratio'] }).parameters).toEqual({ slowMs: 10_000, budget: null });
    expect(resolve({ metrics: ['slow_ratio'], parameters: { slowMs: 250 } }).parameters.slowMs).toBe(250);
  });

  it('refuses the same metric or dimension twice', () => {
    expect(refused({ metrics: ['cost', 'cost'] })).toBe('invalid_request: metrics: names the same twice');
    expect(refused({ groupBy: ['provider', 'provider'] })).toBe('invalid_request: groupBy: names the same twice');
  });

  it.each(['user', 'provider`', 'total_time'])('refuses to group by %s', (name) => {
    expect(refused({ groupBy: [name] })).toBe(
      `invalid_request: groupBy: "${name}" is not a dimension; allowed: provider, model_name, monitor_id, hour_of_day, day_of_week`
    );
  });

  it('groups by monitor_id only for the top of it', () => {
    expect(refused({ groupBy: ['monitor_id'] })).toBe(
      'invalid_request: groupBy: "monitor_id" may have very many values: it needs top'
    );
    expect(names(resolve({ groupBy: ['monitor_id'], top: { limit: 5, by: 'cost' } }).groupBy)).toEqual(['monitor_id']);
  });

  it('ranks groups by any metric that a summary has', () => {
    const { top } = resolve({ groupBy: ['provider'], top: { limit: 5, by: 'cost_mtd' } });
    expect([top?.metric.name, top?.limit, top?.other]).toEqual(['cost_mtd', 5, true]);
    expect(refused({ groupBy: ['provider'], top: { limit: 5, by: 'price' } })).toMatch(
      /^invalid_request: top.by: "price" is not a metric; allowed: requests,/
    );
    expect(refused({ top: { limit: 5, by: 'cost' } })).toBe('invalid_request: top: ranks groups: it needs groupBy');
  });

  it('refuses to compare points in time', () => {
    const first: Partial<QueryInput> = { kind: 'summary', metrics: ['cost', 'first_seen'], compare: 'week' };
    expect(refused(first)).toBe('invalid_request: compare: "first_seen" can\'t be compared');
  });

  it('orders and limits the rows of a summary only', () => {
    const words = 'is for the kinds summary and calls; series are chosen by top';
    expect(refused({ order: { by: 'requests' } })).toBe(`invalid_request: order: ${words}`);
    expect(refused({ limit: 5 })).toBe(`invalid_request: limit: ${words}`);
    expect(refused({ kind: 'summary', limit: 101 })).toBe('query_too_large: limit: at most 100 rows');
    expect(resolve({ kind: 'summary', limit: 100 }).limit).toBe(100);
  });

  it.each([
    [{}, 'previous', 'provider, requests'],
    [{ compare: 'week' as const }, 'requests_previous', 'provider, requests, previous, delta, delta_ratio'],
    [
      { compare: 'week' as const, metrics: ['cost', 'requests'] },
      'previous',
      'provider, cost, cost_previous, cost_delta, cost_delta_ratio, requests, requests_previous, requests_delta, requests_delta_ratio',
    ],
  ])('orders by the columns that there are of %j', (question, unknown, allowed) => {
    const grouped: Partial<QueryInput> = { kind: 'summary', groupBy: ['provider'], ...question };
    expect(refused({ ...grouped, order: { by: unknown } })).toBe(
      `invalid_request: order.by: "${unknown}" is no column; allowed: ${allowed}`
    );
    for (const by of allowed.split(', ')) {
      expect(resolve({ ...grouped, order: { by } }).order).toEqual({ by, direction: 'desc' });
    }
  });

  it("takes the question's own zone, else the data source's", () => {
    expect(resolve({ timezone: 'Asia/Kolkata' }, { defaultZone: 'Europe/Berlin' }).zone).toBe('Asia/Kolkata');
    expect(resolve({}, { defaultZone: 'Europe/Berlin' }).zone).toBe('Europe/Berlin');
  });

  it('chooses the interval, and none for a summary', () => {
    expect(resolve({}).interval).toBe('5m');
    expect(resolve({ interval: 'week' }).interval).toBe('week');
    expect(resolve({ kind: 'summary' }).interval).toBeNull();
    expect(resolve({ kind: 'summary' }).grid.buckets).toEqual([{ start: 1_777_593_600_000, end: 1_777_680_000_000 }]);
  });

  it.each(['intervalMs', 'maxDataPoints'] as const)('refuses a value of %s that is no whole number ≥ 1', (name) => {
    for (const value of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(refused({}, { [name]: value })).toBe(`invalid_request: ${name}: must be a whole number of at least 1`);
    }
  });

  it.each(['intervalMs', 'maxDataPoints'] as const)('takes any whole %s', (name) => {
    for (const value of [1, 1e9, 2 ** 31, 2 ** 53 - 1]) {
      expect(resolve({}, { [name]: value }).grid.buckets.length).toBeGreaterThan(0);
    }
  });

  it('allows as many points as the limit says', () => {
    const to = Date.parse('2026-05-08T00:00Z');
    // 11,000 minutes and the bucket that a shifted range adds.
    expect(resolve({ interval: '1m' }, { from: to - 10_999 * 60_000, to }).grid.buckets).toHaveLength(10_999);
    expect(refused({ interval: '1m' }, { from: to - 11_000 * 60_000, to })).toBe(
      'query_too_large: interval: 1m over this time range makes more than 11000 points per series: choose a longer interval or a shorter range'
    );
  });

  it('knows periods only where a summary is compared', () => {
    const message = 'invalid_request: period: is for the kind summary with compare';
    expect(refused({ kind: 'summary', period: 'delta' })).toBe(message);
    expect(refused({ kind: 'timeseries', compare: 'week', period: 'previous' })).toBe(message);
    expect(resolve({ kind: 'summary', compare: 'week' }).period).toBeNull();
  });

  it('orders by the period that is asked for only', () => {
    const query: Partial<QueryInput> = { kind: 'summary', metrics: ['cost'], compare: 'week', period: 'delta' };
    expect(resolve({ ...query, order: { by: 'delta' } }).order).toEqual({ by: 'delta', direction: 'desc' });
    expect(refused({ ...query, order: { by: 'cost' } })).toBe(
      'invalid_request: order.by: "cost" is no column; allowed: delta'
    );
  });

  it('wants one number per set of labels of a table that a rule asks for', () => {
    const several: Partial<QueryInput> = { kind: 'summary', metrics: ['cost', 'requests'] };
    expect(refused(several, { alerting: true })).toBe(
      'invalid_request: shape: an alert rule needs one number per set of labels: ask for one metric, with compare also for one period, or set shape to "numbers"'
    );
    expect(refused({ ...several, metrics: ['cost'], compare: 'week' }, { alerting: true })).toMatch(
      /^invalid_request: shape:/
    );
    const compared: Partial<QueryInput> = { ...several, metrics: ['cost'], compare: 'week', period: 'delta_ratio' };
    expect(resolve(compared, { alerting: true }).period).toBe('delta_ratio');
    expect(resolve({ ...several, shape: 'numbers' }, { alerting: true }).metrics).toHaveLength(2);
    expect(resolve({ ...several, metrics: ['cost'] }, { alerting: true }).metrics).toHaveLength(1);
    expect(resolve({ ...several, kind: 'timeseries' }, { alerting: true }).metrics).toHaveLength(2);
    expect(refused({ ...several, kind: 'timeseries', compare: 'week' }, { alerting: true })).toBe(
      'invalid_request: compare: an alert rule would judge the previous series, too: ask for a summary and one period'
    );
    expect(resolve(several).metrics).toHaveLength(2);
  });
});

describe('resolveFilters', () => {
  const filters = (...list: Filter[]) => resolveFilters(list, defaultLimits);
  const one = (key: string, operator: string, ...values: (string | number)[]) =>
    ({ key, operator, values }) as unknown as Filter;

  it.each(['provider', 'model_name', 'monitor_id'])('compares %s with text', (key) => {
    expect(filters(one(key, '=', 'a'), one(key, 'not in', 'a', 'b'), one(key, 'contains', ''))).toEqual([
      { type: 'text', column: key, operator: '=', values: ['a'] },
      { type: 'text', column: key, operator: 'not in', values: ['a', 'b'] },
      { type: 'text', column: key, operator: 'contains', values: [''] },
    ]);
  });

  it.each(['total_time', 'cost', 'total_tokens', 'prompt_tokens', 'completion_tokens'])(
    'compares %s with a number',
    (key) => {
      expect(filters(one(key, '>', 1000), one(key, '!=', '0.5'), one(key, '<=', '1e3'), one(key, '=', '-1'))).toEqual([
        { type: 'number', column: key, operator: '>', value: 1000 },
        { type: 'number', column: key, operator: '!=', value: 0.5 },
        { type: 'number', column: key, operator: '<=', value: 1000 },
        { type: 'number', column: key, operator: '=', value: -1 },
      ]);
    }
  );

  it.each([
    [
      one('provider', '>', 'a'),
      'filters[0].operator: ">" does not fit provider; allowed: =, !=, in, not in, starts with, contains',
    ],
    [one('cost', 'in', 1, 2), 'filters[0].operator: "in" does not fit cost; allowed: =, !=, >, >=, <, <='],
    [one('cost', 'contains', '1'), 'filters[0].operator: "contains" does not fit cost; allowed: =, !=, >, >=, <, <='],
    [one('provider', '=', 'a', 'b'), 'filters[0].values: "=" takes one value; use in or not in for several'],
    [one('cost', '>', 1, 2), 'filters[0].values: ">" takes one value; use in or not in for several'],
    [one('provider', '=', 5), 'filters[0].values: provider is compared with text'],
    [one('provider', 'in', 'a', 5), 'filters[0].values: provider is compared with text'],
    [
      one('start_time', '=', 'a'),
      'filters[0].key: "start_time" is unknown; allowed: provider, model_name, monitor_id, total_time, cost, total_tokens, prompt_tokens, completion_tokens',
    ],
    [
      one('provider` or 1', '=', 'a'),
      'filters[0].key: "provider` or 1" is unknown; allowed: provider, model_name, monitor_id, total_time, cost, total_tokens, prompt_tokens, completion_tokens',
    ],
  ])('refuses %j', (filter, message) => {
    expect(refusal(() => filters(filter))).toBe(`invalid_request: ${message}`);
  });

  it.each(['', ' ', 'a', '1e999', '0x10', '1 or 1=1', 'NaN', 'Infinity', '1,5', '--1', '1;'])(
    'refuses "%s" as a number',
    (value) => {
      expect(refusal(() => filters(one('cost', '=', value)))).toBe(
        'invalid_request: filters[0].values: cost is compared with a finite number'
      );
    }
  );

  it('refuses more filters or values than the limits with 422', () => {
    const many = Array.from({ length: 21 }, () => one('provider', '=', 'a'));
    expect(refusal(() => filters(...many))).toBe('query_too_large: filters: at most 20 filters');
    expect(filters(...many.slice(1))).toHaveLength(20);
    const values = Array.from({ length: 101 }, (_, index) => String(index));
    expect(refusal(() => filters(one('provider', '=', 'a'), one('provider', 'in', ...values)))).toBe(
      'query_too_large: filters[1].values: at most 100 values'
    );
    expect(filters(one('provider', 'in', ...values.slice(1)))).toHaveLength(1);
  });
});
