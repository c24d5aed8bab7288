import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

/*
 * A panel, a CSV file, a program and an alert rule ask the same. The proxy's clock stands at 2026-06-01 00:00 in UTC.
 * 29 March has 23 hours in Berlin: from 23:00Z to 22:00Z. Costs of a: 1 before it, 2 and 3 in it, 40 after it; of b: 4 in it.
 */
let bench: ProxyBench;
let user: string;
let datasource: string;

beforeAll(async () => {
  bench = await openProxyBench('sqlite');
  await bench.addUser({ login_name: 'admin' });
  user = await bench.signIn('admin');
  datasource = await bench.signIn('admin', 'grafana');
  const call = (start_time: string, provider: string, cost: string, total_time: number) => ({
    start_time,
    provider,
    cost,
    total_time,
  });
  await bench.dependencies.metricsDatabase.kysely
    .insertInto('ai_metrics')
    .values([
      call('2026-03-28 22:59:59.999', 'a', '1', 10),
      call('2026-03-28 23:00:00.000', 'a', '2', 20),
      call('2026-03-29 21:59:59.999', 'a', '3', 30),
      call('2026-03-29 22:00:00.000', 'a', '40', 400),
      call('2026-03-29 12:00:00.000', 'b', '4', 40),
      call('2026-03-29 12:00:00.000', 'c', '0.5', 50),
    ])
    .execute();
});
afterAll(() => bench.close());

/** A value by its labels, and its time where it has one: `a 1774738800000`. */
type Figures = Record<string, number>;
type Cell = string | number | null;

interface Answered {
  status: number;
  frames: {
    schema: { fields: { type: string; labels?: Record<string, string> }[] };
    data: { values: Cell[][] };
  }[];
}

async function asked(caller: 'viewer' | 'scheduler', source: 'panel' | 'alert', query: object, range: Range) {
  const response = await bench.app.request('/api/v1/query', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${datasource}`,
      'X-AiMetrics-Caller': caller,
      'X-AiMetrics-Allow-Alerts': 'true',
    },
    body: JSON.stringify({
      queries: [{ refId: 'A', from: Date.parse(range.from), to: Date.parse(range.to), query }],
      context: { source },
    }),
  });
  const { results } = (await response.json()) as { results: { A: Answered } };
  expect(results.A.status).toBe(200);
  return figuresOf(results.A.frames);
}

function figuresOf(frames: Answered['frames']): Figures {
  return Object.fromEntries(
    frames.flatMap(({ schema: { fields }, data: { values } }) =>
      (values[0] ?? []).map((_, row) => {
        const cells = fields.map((field, column) => ({ ...field, value: values[column]?.[row] ?? null }));
        const labels = cells.flatMap((cell) => [
          // Which column of a comparison this is, a table says by the name of the field.
          ...Object.entries(cell.labels ?? {}).flatMap(([name, label]) => (name === 'period' ? [] : [label])),
          ...(cell.type === 'string' ? [cell.value] : []),
        ]);
        const time = cells.find(({ type }) => type === 'time')?.value;
        const number = cells.find(({ type }) => type === 'number')?.value;
        return [[...labels, ...(time === undefined ? [] : [time])].join(' '), Number(number)];
      })
    )
  );
}

async function read(kind: string, parameters: Record<string, string>, { from, to }: Range, format: string) {
  const path = `/api/v1/metrics/${kind}?${new URLSearchParams({ ...parameters, from, to, format }).toString()}`;
  const response = await bench.app.request(path, { headers: { Authorization: `Bearer ${user}` } });
  expect(response.status).toBe(200);
  return response;
}

async function program(kind: string, parameters: Record<string, string>, range: Range): Promise<Figures> {
  const response = await read(kind, parameters, range, 'json');
  const { data } = (await response.json()) as { data: Record<string, Cell>[] };
  return byLabels(data.map((row) => Object.entries(row)));
}

async function file(kind: string, parameters: Record<string, string>, range: Range): Promise<Figures> {
  const response = await read(kind, parameters, range, 'csv');
  const [header = '', ...lines] = (await response.text()).trim().split('\r\n');
  const names = header.split(',');
  return byLabels(
    lines.map((line) => line.split(',').map((text, index): [string, Cell] => [names[index] ?? '', text]))
  );
}

/** The last column is the value; times come first, as text. */
function byLabels(rows: [string, Cell][][]): Figures {
  return Object.fromEntries(
    rows.map((row) => {
      const labels = row.slice(0, -1);
      const time = labels.filter(([name]) => name === 'time').map(([, text]) => Date.parse(String(text)));
      const texts = labels.filter(([name]) => name !== 'time').map(([, text]) => text);
      return [[...texts, ...time].join(' '), Number(row.at(-1)?.[1])];
    })
  );
}

interface Range {
  from: string;
  to: string;
}

const day: Range = { from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' };
const days: Range = { from: '2026-03-27T23:00:00Z', to: '2026-03-30T22:00:00Z' };

describe('a panel, a CSV file, a program and an alert rule', () => {
  const berlin = 'Europe/Berlin';
  it.each<[string, object, Record<string, string>, Range, Figures]>([
    [
      'cost by provider of a day of 23 hours',
      { kind: 'summary', metrics: ['cost'], groupBy: ['provider'] },
      { metrics: 'cost', groupBy: 'provider' },
      day,
      { a: 5, b: 4, c: 0.5 },
    ],
    [
      'cost by day',
      { kind: 'timeseries', metrics: ['cost'], interval: 'day', timezone: berlin },
      { metrics: 'cost', interval: 'day', timezone: berlin },
      days,
      {
        [Date.parse('2026-03-27T23:00Z')]: 1,
        [Date.parse('2026-03-28T23:00Z')]: 9.5,
        [Date.parse('2026-03-29T22:00Z')]: 40,
      },
    ],
    [
      'the dearest provider and the rest',
      { kind: 'summary', metrics: ['cost'], groupBy: ['provider'], top: { limit: 1, by: 'cost', other: true } },
      { metrics: 'cost', groupBy: 'provider', top: '1:cost' },
      day,
      { a: 5, '(other)': 4.5 },
    ],
    [
      'the dearest provider of each day without the rest',
      {
        kind: 'timeseries',
        metrics: ['cost'],
        groupBy: ['provider'],
        interval: 'day',
        timezone: berlin,
        top: { limit: 1, by: 'latency_max', other: false },
      },
      { metrics: 'cost', groupBy: 'provider', interval: 'day', timezone: berlin, top: '1:latency_max:false' },
      days,
      {
        [`a ${String(Date.parse('2026-03-27T23:00Z'))}`]: 1,
        [`a ${String(Date.parse('2026-03-28T23:00Z'))}`]: 5,
        [`a ${String(Date.parse('2026-03-29T22:00Z'))}`]: 40,
      },
    ],
    [
      'the change from the day before',
      { kind: 'summary', metrics: ['cost'], compare: 'day', period: 'delta', timezone: berlin },
      { metrics: 'cost', compare: 'day', period: 'delta', timezone: berlin },
      day,
      { '': 8.5 },
    ],
    [
      'the cost of the month by provider',
      { kind: 'summary', metrics: ['cost_mtd'], groupBy: ['provider'], timezone: berlin },
      { metrics: 'cost_mtd', groupBy: 'provider', timezone: berlin },
      day,
      { a: 6, b: 4, c: 0.5 },
    ],
    [
      'the part of a budget that is used',
      { kind: 'summary', metrics: ['budget_used'], parameters: { budget: 100 }, timezone: berlin },
      { metrics: 'budget_used', budget: '100', timezone: berlin },
      days,
      { '': 0.505 },
    ],
    [
      'the share of slow calls',
      { kind: 'summary', metrics: ['slow_ratio'], groupBy: ['provider'], parameters: { slowMs: 29.5 } },
      { metrics: 'slow_ratio', groupBy: 'provider', slowMs: '29.5' },
      day,
      { a: 0.5, b: 1, c: 1 },
    ],
    [
      'the first two by cost',
      { kind: 'summary', metrics: ['cost'], groupBy: ['provider'], order: { by: 'cost', direction: 'asc' }, limit: 2 },
      { metrics: 'cost', groupBy: 'provider', order: 'cost:asc', limit: '2' },
      day,
      { c: 0.5, b: 4 },
    ],
  ])('get the same figures for %s', async (_, query, parameters, range, expected) => {
    const kind = 'kind' in query ? String(query.kind) : '';
    expect(await asked('viewer', 'panel', query, range)).toEqual(expected);
    expect(await asked('scheduler', 'alert', query, range)).toEqual(expected);
    if (kind === 'summary') {
      expect(await asked('scheduler', 'alert', { ...query, shape: 'numbers' }, range)).toEqual(expected);
    }
    expect(await program(kind, parameters, range)).toEqual(expected);
    expect(await file(kind, parameters, range)).toEqual(expected);
  });
});

describe('a percentile', () => {
  it('is the same for all of them, to the last digit', async () => {
    const query = { kind: 'summary', metrics: ['latency_p95'], groupBy: ['provider'] };
    const parameters = { metrics: 'latency_p95', groupBy: 'provider' };
    const figures = await asked('viewer', 'panel', query, day);
    expect(Object.keys(figures)).toEqual(['a', 'b', 'c']);
    // Of 20 and 30 the second.
    expect(Math.abs((figures['a'] ?? 0) / 30 - 1)).toBeLessThan(0.01);
    expect(await asked('scheduler', 'alert', query, day)).toEqual(figures);
    expect(await program('summary', parameters, day)).toEqual(figures);
    expect(await file('summary', parameters, day)).toEqual(figures);
  });
});
