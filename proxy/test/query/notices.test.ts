import { describe, expect, it } from 'vitest';
import type { Derived } from '../../src/query/derive/derive.ts';
import { type AnswerFacts, answerNotices } from '../../src/query/output/notices.ts';
import type { ResolvedMetrics } from '../../src/query/resolve/resolve-metrics.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { resolved } from './made-answer.ts';

const first = 'The first point stands for a part of its interval: the time range starts inside it.';
const last = 'The last point stands for a part of its interval: the time range ends inside it.';
const running = 'The newest point is not finished: its interval is still running.';

function texts(input: Partial<QueryInput>, from: string, to: string, now = '2026-06-01T00:00Z'): string[] {
  const query = resolved(input, { from, to, now });
  return answerNotices(query, withPoints(query), facts()).map(({ text }) => text);
}

function facts(some: Partial<AnswerFacts> = {}): AnswerFacts {
  return { leftOut: [], groups: 1, askedSlowMs: 10_000, rollups: null, ...some };
}

function withPoints({ kind, metrics, from }: ResolvedMetrics): Derived {
  return kind === 'summary'
    ? { kind, columns: [], rows: [{ labels: {}, values: metrics.map(() => 1) }], found: 1 }
    : { kind: 'timeseries', series: metrics.map((metric) => ({ metric, labels: {}, points: [[from, 1]] })) };
}

describe('answerNotices', () => {
  it('has nothing to say of whole buckets', () => {
    expect(texts({ interval: '1h' }, '2026-05-01T00:00Z', '2026-05-01T03:00Z')).toEqual([]);
  });

  it.each([
    ['2026-05-01T00:10Z', '2026-05-01T03:00Z', [first]],
    ['2026-05-01T00:00Z', '2026-05-01T02:50Z', [last]],
    ['2026-05-01T00:10Z', '2026-05-01T02:50Z', [first, last]],
    ['2026-05-01T00:10Z', '2026-05-01T00:50Z', [first, last]],
  ])('says which points are clipped from %s to %s', (from, to, expected) => {
    expect(texts({ interval: '1h' }, from, to)).toEqual(expected);
  });

  it.each([
    // now, expected
    ['2026-05-01T02:30Z', [running]],
    ['2026-05-01T01:30Z', [running]],
    ['2026-05-01T03:00Z', []],
    ['2026-05-01T02:00Z', []],
    ['2026-04-30T00:00Z', []],
  ])('says at %s whether the newest point is running', (now, expected) => {
    expect(texts({ interval: '1h' }, '2026-05-01T00:00Z', '2026-05-01T03:00Z', now)).toEqual(expected);
  });

  it('says one thing of a range that ends now', () => {
    expect(texts({ interval: '1h' }, '2026-05-01T00:00Z', '2026-05-01T02:30Z', '2026-05-01T02:30Z')).toEqual([last]);
  });

  it('has no points to speak of where there are no calls', () => {
    const query = resolved({ interval: '1h' }, { from: '2026-05-01T00:10Z', to: '2026-05-01T02:50Z' });
    expect(answerNotices(query, { kind: 'timeseries', series: [] }, facts({ groups: 0 }))).toEqual([
      { severity: 'info', text: 'Nothing was found from 2026-05-01T00:10:00.000Z to 2026-05-01T02:50:00.000Z.' },
    ]);
  });

  it('has no points to speak of in a summary', () => {
    expect(texts({ kind: 'summary' }, '2026-05-01T00:10Z', '2026-05-01T00:50Z')).toEqual([]);
  });

  it('says once that percentiles are approximate', () => {
    expect(
      texts({ kind: 'summary', metrics: ['latency_p50', 'cost_p95'] }, '2026-05-01T00:00Z', '2026-05-01T01:00Z')
    ).toEqual(['Percentiles are nearest ranks, at most 1 % off.']);
  });

  it('counts the rows that were left out, once for metrics of the same values', () => {
    const query = resolved({ kind: 'summary', metrics: ['cost', 'tokens'] });
    const leftOut = [
      { metrics: [{ label: 'Cost' }, { label: 'Cost per hour' }], rows: 1 },
      { metrics: [{ label: 'Tokens' }], rows: 12 },
    ];
    expect(answerNotices(query, withPoints(query), facts({ leftOut }))).toEqual([
      { severity: 'info', text: 'Cost; Cost per hour: 1 call without a value left out.' },
      { severity: 'info', text: 'Tokens: 12 calls without a value left out.' },
    ]);
  });

  it.each([
    ['2026-05-20T06:00Z', ['Cost, month to date: from the start of the month on, wherever the time range begins.']],
    ['2026-05-01T00:00Z', []],
  ])('says of a range from %s that the month is counted', (from, expected) => {
    const input: Partial<QueryInput> = { kind: 'summary', metrics: ['requests', 'cost_mtd'] };
    expect(texts(input, from, '2026-05-20T12:00Z')).toEqual(expected);
  });

  it('puts what is missing before what is always so', () => {
    const query = resolved({ kind: 'summary', metrics: ['cost_p95'], compare: 'day' });
    const leftOut = [{ metrics: query.metrics, rows: 2 }];
    expect(answerNotices(query, withPoints(query), facts({ leftOut })).map(({ text }) => text)).toEqual([
      'Cost p95: 2 calls without a value left out.',
      expect.stringMatching(/^The previous period is from /),
      'Percentiles are nearest ranks, at most 1 % off.',
    ]);
  });

  it('says of rollups since when changes of older calls may be missing', () => {
    const query = resolved({ kind: 'summary' }, { now: '2026-06-01T00:00Z' });
    const said = (auditedAt: number | null) =>
      answerNotices(query, withPoints(query), facts({ rollups: { watermark: 5n, auditedAt } })).map(({ text }) => text);
    const changes = 'From rollups and the newest calls. Older calls that were changed or deleted count after an audit:';
    expect(said(Date.parse('2026-05-31T23:15Z'))).toEqual([`${changes} last compared 45 min ago.`]);
    expect(said(Date.parse('2026-05-31T20:30Z'))).toEqual([`${changes} last compared 4 h ago.`]);
    expect(said(null)).toEqual([`${changes} not compared yet.`]);
  });

  it('says which threshold of slow calls the rollups have', () => {
    const query = resolved({ kind: 'summary', metrics: ['slow_ratio'], parameters: { slowMs: 9988.912 } });
    expect(answerNotices(query, withPoints(query), facts()).map(({ text }) => text)).toEqual([
      'A call is slow that takes longer than 9988.912 ms; 10000 ms moved to the nearest edge of the sketch.',
    ]);
  });
});
