import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryInput } from '../../src/query/model/schema.ts';
import type { NewCall } from '../../src/database/insert-calls.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { expectGolden, expectOnlyGolden } from './golden-files.ts';

// The proxy's clock stands at 2026-06-01 00:00 in UTC.
const window = {
  from: Date.parse('2026-05-31T12:00Z'),
  to: Date.parse('2026-05-31T13:00Z'),
  intervalMs: 60_000,
  maxDataPoints: 1000,
};

function call(time: string, provider: string | null, model: string | null, rest: Partial<NewCall> = {}): NewCall {
  return {
    start_time: `2026-05-31 ${time}.000`,
    end_time: `2026-05-31 ${time}.500`,
    provider,
    model_name: model,
    total_time: 500,
    cost: '0.125',
    total_tokens: 300,
    prompt_tokens: 200,
    completion_tokens: 100,
    ...rest,
  };
}

const calls = [
  call('12:00:00', 'anthropic', 'claude', { cost: '0.1', total_time: 1000 }),
  call('12:05:00', 'anthropic', 'claude', { cost: '0.2', total_time: 2000 }),
  call('12:20:00', 'anthropic', 'claude', { cost: null, total_time: null, end_time: null }),
  call('12:31:00', 'openai', 'gpt-4'),
  call('12:46:00', 'openai', 'gpt-4', { cost: '0.25', total_time: 250 }),
  call('12:46:30', 'openai', 'GPT-4', { cost: '0' }),
  call('12:59:59', null, '', { cost: '0.00000001', total_tokens: null, prompt_tokens: null, completion_tokens: null }),
];

type Question = Partial<QueryInput>;

/** Whole bodies of POST /query by the name of their file: one question, or several as one batch. */
const bodies: Record<string, Record<string, { query: Question; window?: Partial<typeof window> }>> = {
  'timeseries-ungrouped': { A: { query: { metrics: ['requests'], interval: '15m' } } },
  'timeseries-grouped': { A: { query: { metrics: ['cost'], groupBy: ['provider', 'model_name'], interval: '30m' } } },
  'timeseries-several-metrics': {
    A: {
      query: {
        metrics: ['requests', 'latency_p95'],
        groupBy: ['provider'],
        interval: '30m',
        legend: '{{provider}}: {{metric}}',
      },
    },
  },
  'timeseries-filled': { A: { query: { metrics: ['requests', 'latency_avg'], interval: '15m', fill: 'zero' } } },
  'timeseries-empty': {
    A: {
      query: { metrics: ['cost'], groupBy: ['provider'] },
      window: { from: 1_700_000_000_000, to: 1_700_000_060_000 },
    },
  },
  'summary-table': { A: { query: { kind: 'summary', metrics: ['cost'], groupBy: ['provider', 'model_name'] } } },
  'summary-table-several-metrics': {
    A: {
      query: { kind: 'summary', metrics: ['requests', 'cost', 'latency_p95', 'first_seen'], groupBy: ['provider'] },
    },
  },
  'summary-table-ungrouped': { A: { query: { kind: 'summary', metrics: ['cost', 'last_seen_age'] } } },
  'summary-numbers': {
    A: { query: { kind: 'summary', metrics: ['requests', 'cost_p95'], groupBy: ['provider'], shape: 'numbers' } },
  },
  'summary-numbers-one-metric': {
    A: { query: { kind: 'summary', metrics: ['cost'], groupBy: ['provider'], shape: 'numbers' } },
  },
  'summary-numbers-ungrouped': { A: { query: { kind: 'summary', metrics: ['request_rate'], shape: 'numbers' } } },
  'summary-empty': {
    A: {
      query: { kind: 'summary', metrics: ['cost'], groupBy: ['provider'] },
      window: { from: 1_700_000_000_000, to: 1_700_000_060_000 },
    },
  },
  'summary-numbers-empty': {
    A: {
      query: { kind: 'summary', metrics: ['cost'], shape: 'numbers' },
      window: { from: 1_700_000_000_000, to: 1_700_000_060_000 },
    },
  },
  heatmap: { A: { query: { kind: 'heatmap', metrics: ['latency_p95'], interval: '15m' } } },
  'timeseries-compare-top': {
    A: {
      query: {
        metrics: ['cost'],
        groupBy: ['provider'],
        interval: '30m',
        compare: 'previous',
        top: { limit: 1, by: 'cost', other: true },
      },
      window: { from: Date.parse('2026-05-31T12:30Z') },
    },
  },
  'timeseries-compare-legend': {
    A: {
      query: { metrics: ['requests'], interval: '30m', compare: 'day', legend: '{{metric}}, {{period}}' },
      window: { from: Date.parse('2026-06-01T12:00Z'), to: Date.parse('2026-06-01T13:00Z') },
    },
  },
  'summary-table-compare': {
    A: {
      query: {
        kind: 'summary',
        metrics: ['cost'],
        groupBy: ['provider'],
        compare: 'previous',
        order: { by: 'delta', direction: 'desc' },
        limit: 2,
      },
      window: { from: Date.parse('2026-05-31T12:30Z') },
    },
  },
  'summary-table-compare-several-metrics': {
    A: {
      query: { kind: 'summary', metrics: ['requests', 'latency_p95'], compare: 'previous' },
      window: { from: Date.parse('2026-05-31T12:30Z') },
    },
  },
  'summary-numbers-compare': {
    A: {
      query: { kind: 'summary', metrics: ['cost'], groupBy: ['provider'], compare: 'previous', shape: 'numbers' },
      window: { from: Date.parse('2026-05-31T12:30Z') },
    },
  },
  'summary-budget': {
    A: {
      query: {
        kind: 'summary',
        metrics: ['cost_mtd', 'budget_used', 'budget_burn_rate', 'cost_share', 'slow_ratio'],
        groupBy: ['provider'],
        timezone: 'Europe/Berlin',
        parameters: { budget: 100, slowMs: 499 },
        top: { limit: 2, by: 'cost_mtd', other: false },
      },
    },
  },
  calls: { A: { query: { kind: 'calls', filters: [{ key: 'provider', operator: '!=', values: ['openai'] }] } } },
  'calls-empty': {
    A: { query: { kind: 'calls' }, window: { from: 1_700_000_000_000, to: 1_700_000_060_000 } },
  },
  'calls-page': { A: { query: { kind: 'calls', order: { by: 'cost' }, limit: 2 } } },
  events: { A: { query: { kind: 'events', metrics: ['new_model', 'budget_crossed'], parameters: { budget: 0.5 } } } },
  'events-empty': {
    A: {
      query: { kind: 'events', metrics: ['new_model'] },
      window: { from: 1_700_000_000_000, to: 1_700_000_060_000 },
    },
  },
  notices: {
    A: {
      query: { metrics: ['latency_p99', 'tokens'], interval: '1h' },
      window: { from: Date.parse('2026-05-31T12:10Z'), to: Date.parse('2026-05-31T12:50Z') },
    },
  },
  errors: {
    A: { query: { kind: 'summary', metrics: ['requests'] } },
    B: { query: { metrics: ['latency'] } },
    C: { query: { metrics: ['requests'] }, window: { from: 0 } },
    D: { query: { metrics: ['requests'], filters: [{ key: 'provider', operator: '=', values: ['$provider'] }] } },
  },
};

describe('POST /query', () => {
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite');
    await bench.addUser({ login_name: 'admin' });
    token = await bench.signIn('admin');
    await bench.dependencies.metricsDatabase.kysely.insertInto('ai_metrics').values(calls).execute();
  });
  afterAll(() => bench.close());

  it.each(Object.keys(bodies))('answers %s as its golden file has it', async (name) => {
    const queries = Object.entries(bodies[name] ?? {}).map(([refId, { query, window: own }]) => ({
      refId,
      ...window,
      ...own,
      query,
    }));
    const response = await bench.app.request('/api/v1/query', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ queries, context: { source: 'panel' } }),
    });
    expect(response.status).toBe(200);
    // Parsed and written again, the order of keys is kept: `schema` has to come before `data`.
    expectGolden(`frames/${name}.json`, `${JSON.stringify(await response.json(), null, 2)}\n`);
  });

  it('has no other golden files', () => {
    expectOnlyGolden(
      'frames',
      Object.keys(bodies).map((name) => `${name}.json`)
    );
  });
});
