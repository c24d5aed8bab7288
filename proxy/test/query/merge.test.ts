import { describe, expect, it } from 'vitest';
import { compileRows } from '../../src/query/read/compile.ts';
import type { ExecutedStatement, PartialRow } from '../../src/query/read/execute.ts';
import { type Group, type MergeOptions, mergeRows, nothingFound } from '../../src/query/read/merge.ts';
import { planQuery } from '../../src/query/read/plan.ts';
import { type QueryInput } from '../../src/query/model/schema.ts';
import { resolved } from './made-answer.ts';
import { bucketsOf } from './made-columns.ts';
import { unconnected } from './unconnected.ts';

const options = { storedZone: 'UTC', costSumScale: 0 };

/** The statements of a question, with the rows that a database would have answered, one list per statement. */
function executed(query: Partial<QueryInput>, ...rows: PartialRow[][]): ExecutedStatement[] {
  const question = resolved({ kind: 'summary', ...query });
  const { db, dialect } = unconnected('mysql');
  const plans = planQuery(question, question.periods[0].windows, false);
  const statements = compileRows(db, question, plans, { dialect, maxRows: 10, kept: null, watermark: null });
  expect(statements).toHaveLength(rows.length);
  return statements.map((statement, index) => ({ statement, rows: rows[index] ?? [] }));
}

function mergedGroups(all: ExecutedStatement[], options: MergeOptions): Group[] {
  const found = nothingFound(all[0]?.statement.groupBy ?? []);
  mergeRows(found, all, options);
  return found.list();
}

const money = (millionths: number) => BigInt(millionths) * 10n ** 12n;
const whole = (units: number) => BigInt(units) * 10n ** 18n;

describe('mergeRows', () => {
  it('reads numbers however a driver returns them', () => {
    const rows: PartialRow[] = [
      { requests: '3', costRequests: 2, costSum: '0.30000000', tokensSum: '12', tokensRequests: 3n },
    ];
    const groups = mergedGroups(executed({ metrics: ['cost', 'tokens'] }, rows), options);
    expect(groups.map(({ labels, periods }) => [labels, ...periods.map(({ range }) => bucketsOf(range))])).toEqual([
      [
        [],
        new Map([[0, { requests: 3n, costRequests: 2n, costSum: money(300_000), tokensSum: 12n, tokensRequests: 3n }]]),
      ],
    ]);
  });

  it('keeps every digit of a DECIMAL sum', () => {
    const rows = [{ requests: 1, costRequests: 1, costSum: '90071992547409.93000001' }];
    const [group] = mergedGroups(executed({ metrics: ['cost'] }, rows), options);
    expect(group?.periods[0]?.range?.units('costSum', 0)).toBe(9_007_199_254_740_993_000_001n * 10n ** 10n);
  });

  it('reads a sum in the units of the dialect, other money as it is', () => {
    const rows = [{ requests: 1, costRequests: 1, costSum: 30_000_000, costMax: 0.3 }];
    const [group] = mergedGroups(executed({ metrics: ['cost', 'cost_max'] }, rows), { ...options, costSumScale: 8 });
    expect(bucketsOf(group?.periods[0]?.range).get(0)).toMatchObject({
      costSum: money(300_000),
      costMax: money(300_000),
    });
  });

  it('keeps what is missing apart from 0', () => {
    const rows = [{ requests: 1, costRequests: 0, costSum: null }];
    const [group] = mergedGroups(executed({ metrics: ['cost'] }, rows), options);
    expect(group?.periods[0]?.range?.units('costSum', 0)).toBeNull();
  });

  it('adds counts and sums, and keeps minima and maxima, over the rows of a sketch and adds their sketches', () => {
    const rows = [
      { aitoys_sketch: null, latencyRequests: 0, requests: 2, latencyMin: null, latencyMax: null },
      { aitoys_sketch: '233:3,-1000000:3', latencyRequests: '6', requests: '6', latencyMin: 0, latencyMax: '100' },
      { aitoys_sketch: '234:1,233:1', latencyRequests: 2, requests: 2, latencyMin: 100, latencyMax: 102 },
    ];
    const [group] = mergedGroups(executed({ metrics: ['latency_p95'] }, rows), options);
    expect(bucketsOf(group?.periods[0]?.range).get(0)).toEqual({
      requests: 10n,
      latencyRequests: 8n,
      latencyMin: 0n,
      latencyMax: whole(102),
      'latency sketch': [-1_000_000, 3, 233, 4, 234, 1],
    });
  });

  it.each(['233:1,23', '233:1', '233:x', '233:2,'])('refuses the text %s for two values', (text) => {
    const rows = [{ aitoys_sketch: text, latencyRequests: 2, requests: 2, latencyMin: 99, latencyMax: 100 }];
    expect(() => mergedGroups(executed({ metrics: ['latency_p95'] }, rows), options)).toThrow();
  });

  it('takes each value from one statement when there are two sketches', () => {
    const latency = [
      {
        aitoys_sketch: '233:2',
        latencyRequests: 2,
        requests: 2,
        latencyMin: 99,
        latencyMax: 100,
        costRankedRequests: 2,
      },
    ];
    const cost = [{ aitoys_sketch: '-348:1,35:1', costRankedRequests: 2, costMin: '0.001', costMax: '2' }];
    const [group] = mergedGroups(executed({ metrics: ['latency_p95', 'cost_p95'] }, latency, cost), options);
    expect(bucketsOf(group?.periods[0]?.range).get(0)).toEqual({
      requests: 2n,
      latencyRequests: 2n,
      latencyMin: whole(99),
      latencyMax: whole(100),
      costRankedRequests: 2n,
      costMin: money(1000),
      costMax: money(2_000_000),
      'latency sketch': [233, 2],
      'cost sketch': [-348, 1, 35, 1],
    });
  });

  it('merges NULL, empty text and the text (none) into one group, and no others', () => {
    const rows = [
      { aitoys_group_1: null, requests: 1 },
      { aitoys_group_1: '', requests: 2 },
      { aitoys_group_1: '(none)', requests: 4 },
      { aitoys_group_1: ' ', requests: 8 },
      { aitoys_group_1: 'a', requests: 16 },
      { aitoys_group_1: 'A', requests: 32 },
      { aitoys_group_1: 'a ', requests: 64 },
    ];
    const groups = mergedGroups(executed({ metrics: ['requests'], groupBy: ['model_name'] }, rows), options);
    expect(groups.map(({ labels, periods: [cells] }) => [labels, cells?.range?.units('requests', 0)])).toEqual([
      [[' '], 8n],
      [['(none)'], 7n],
      [['A'], 32n],
      [['a'], 16n],
      [['a '], 64n],
    ]);
  });

  it('keeps pairs of labels apart that are alike when joined', () => {
    const rows = [
      { aitoys_group_1: 'a,b', aitoys_group_2: 'c', requests: 1 },
      { aitoys_group_1: 'a', aitoys_group_2: 'b,c', requests: 1 },
      { aitoys_group_1: 'a"', aitoys_group_2: 'c', requests: 1 },
      { aitoys_group_1: '__proto__', aitoys_group_2: 'constructor', requests: 1 },
    ];
    const groups = mergedGroups(
      executed({ metrics: ['requests'], groupBy: ['provider', 'model_name'] }, rows),
      options
    );
    expect(groups.map(({ labels }) => labels)).toEqual([
      ['__proto__', 'constructor'],
      ['a', 'b,c'],
      ['a"', 'c'],
      ['a,b', 'c'],
    ]);
  });

  it('sorts rows into their buckets', () => {
    const rows = [
      { aitoys_bucket: '5', requests: 1 },
      { aitoys_bucket: 0, requests: 2 },
      { aitoys_bucket: 5, requests: 4 },
    ];
    const [group] = mergedGroups(executed({ kind: 'timeseries', metrics: ['requests'] }, rows), options);
    expect(bucketsOf(group?.periods[0]?.range)).toEqual(
      new Map([
        [5, { requests: 5n }],
        [0, { requests: 2n }],
      ])
    );
  });

  it('never loses a row that is in no bucket without a word', () => {
    for (const index of [-1, 300, 0.5, 'x']) {
      const rows = [{ aitoys_bucket: index, requests: 1 }];
      expect(() => mergedGroups(executed({ kind: 'timeseries', metrics: ['requests'] }, rows), options)).toThrow();
    }
  });

  it('reads stored times in their zone', () => {
    const rows = [{ requests: 1, firstSeen: '2026-10-25 02:30:00.500', lastSeen: '2026-05-01 10:00:00' }];
    const [group] = mergedGroups(executed({ metrics: ['first_seen', 'last_seen_age'] }, rows), {
      ...options,
      storedZone: 'Europe/Berlin',
    });
    expect(bucketsOf(group?.periods[0]?.range).get(0)).toMatchObject({
      firstSeen: BigInt(Date.parse('2026-10-25T00:30:00.500Z')),
      lastSeen: BigInt(Date.parse('2026-05-01T08:00:00Z')),
    });
  });

  it('has no groups without rows', () => {
    expect(mergedGroups(executed({ metrics: ['requests'] }, []), options)).toEqual([]);
  });
});
