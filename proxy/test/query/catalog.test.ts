import { describe, expect, it } from 'vitest';
import { describeCatalog } from '../../src/query/catalog.ts';
import { metrics } from '../../src/query/metrics/metrics.ts';
import { parseQuery } from '../../src/query/model/parse.ts';
import { intervals } from '../../src/query/model/schema.ts';
import { resolveQuery } from '../../src/query/resolve/resolve.ts';
import { grafanaUnit } from '../../src/query/output/units.ts';
import { defaultLimits, questionContext } from './question-context.ts';

const catalog = describeCatalog('USD', defaultLimits);

describe('describeCatalog', () => {
  it('lists all metrics of the contract that are built, with their kinds and units', () => {
    const both = 'timeseries summary';
    const three = 'timeseries summary heatmap';
    expect(catalog.metrics.map(({ name, unit, kinds }) => [name, unit, kinds.join(' ')])).toEqual([
      ['requests', 'short', three],
      ['request_rate', 'reqps', three],
      ['cost', 'currencyUSD', three],
      ['cost_rate_hour', 'currencyUSD', three],
      ['cost_share', 'percentunit', both],
      ['cost_per_request', 'currencyUSD', both],
      ['cost_per_1k_tokens', 'currencyUSD', both],
      ['cost_per_1m_tokens', 'currencyUSD', both],
      ['cost_max', 'currencyUSD', both],
      ['cost_p50', 'currencyUSD', both],
      ['cost_p95', 'currencyUSD', both],
      ['cost_p99', 'currencyUSD', both],
      ['cost_mtd', 'currencyUSD', 'summary'],
      ['cost_forecast_month', 'currencyUSD', 'summary'],
      ['budget_used', 'percentunit', 'summary'],
      ['budget_burn_rate', 'none', 'summary'],
      ['cost_zscore', 'none', 'summary'],
      ['tokens', 'short', both],
      ['prompt_tokens', 'short', both],
      ['completion_tokens', 'short', both],
      ['tokens_per_request', 'short', both],
      ['prompt_tokens_per_request', 'short', both],
      ['completion_tokens_per_request', 'short', both],
      ['completion_ratio', 'none', both],
      ['token_throughput', 'suffix: tok/s', both],
      ['output_speed', 'suffix: tok/s', both],
      ['time_per_output_token', 'ms', both],
      ['latency_avg', 'ms', three],
      ['latency_min', 'ms', three],
      ['latency_max', 'ms', three],
      ['latency_p50', 'ms', three],
      ['latency_p75', 'ms', three],
      ['latency_p90', 'ms', three],
      ['latency_p95', 'ms', three],
      ['latency_p99', 'ms', three],
      ['slow_ratio', 'percentunit', both],
      ['concurrency_avg', 'none', both],
      ['zero_output_ratio', 'percentunit', both],
      ['unfinished_requests', 'short', both],
      ['unpriced_requests', 'short', both],
      ['null_latency_requests', 'short', both],
      ['null_tokens_requests', 'short', both],
      ['token_mismatch_requests', 'short', both],
      ['duration_mismatch_requests', 'short', both],
      ['first_seen', 'dateTimeAsIso', 'summary'],
      ['last_seen_age', 's', 'summary'],
    ]);
  });

  it('says which metrics leave values below 0 out', () => {
    const named = catalog.metrics.filter(({ leftOut }) => leftOut.includes('below 0')).map(({ name }) => name);
    const ranked = ['cost_p50', 'cost_p95', 'cost_p99'];
    const durations = ['avg', 'min', 'max', 'p50', 'p75', 'p90', 'p95', 'p99'].map((name) => `latency_${name}`);
    expect(named).toEqual([...ranked, ...durations, 'slow_ratio', 'concurrency_avg']);
  });

  it('says each thing once, in words', () => {
    for (const list of [catalog.metrics, catalog.dimensions, catalog.kinds]) {
      expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
      expect(new Set(list.map(({ label }) => label)).size).toBe(list.length);
    }
    expect(catalog.metrics.filter(({ description }) => !/^[A-Z\d].*\.$/.test(description))).toEqual([]);
  });

  it('lists everything else that can be asked for', () => {
    const text = ['=', '!=', 'in', 'not in', 'starts with', 'contains'];
    const number = ['=', '!=', '>', '>=', '<', '<='];
    const filters = catalog.filters.map(({ key, type, operators, suggest }) => ({ key, type, operators, suggest }));
    expect({ ...catalog, metrics: undefined, filters }).toEqual({
      schemaVersion: 1,
      currency: 'USD',
      kinds: [
        { name: 'timeseries', label: 'Time series', description: 'How metrics change over time.' },
        { name: 'summary', label: 'Summary', description: 'One value of each metric for the whole time range.' },
        { name: 'heatmap', label: 'Heatmap', description: 'How calls are spread over durations, and over time.' },
        { name: 'calls', label: 'Calls', description: 'Single calls, page by page.' },
        { name: 'events', label: 'Events', description: 'What happened and when, for annotations.' },
      ],
      events: [
        {
          name: 'new_model',
          label: 'New model',
          description: expect.stringMatching(/^The first call .*\.$/) as string,
          parameters: [],
        },
        {
          name: 'budget_crossed',
          label: 'Budget crossed',
          description: expect.stringMatching(/^The minute .*\.$/) as string,
          parameters: ['budget'],
        },
      ],
      metrics: undefined,
      dimensions: [
        { name: 'provider', label: 'Provider', description: 'Who was called.', needsTop: false },
        { name: 'model_name', label: 'Model', description: 'Which model answered.', needsTop: false },
        {
          name: 'monitor_id',
          label: 'Monitor',
          description: 'What the calling application was doing. May have very many values.',
          needsTop: true,
        },
        {
          name: 'hour_of_day',
          label: 'Hour of day',
          description: 'The hour of the local clock at which the call started: 00 to 23.',
          needsTop: false,
        },
        {
          name: 'day_of_week',
          label: 'Day of week',
          description: 'The local weekday on which the call started.',
          needsTop: false,
        },
      ],
      filters: [
        ...['provider', 'model_name', 'monitor_id'].map((key) => ({
          key,
          type: 'text',
          operators: text,
          suggest: true,
        })),
        ...['total_time', 'cost', 'total_tokens', 'prompt_tokens', 'completion_tokens'].map((key) => ({
          key,
          type: 'number',
          operators: number,
          suggest: false,
        })),
      ],
      intervals: ['auto', ...intervals],
      comparisons: [
        { name: 'none', label: 'Nothing' },
        { name: 'previous', label: 'Previous period' },
        { name: 'day', label: 'Day before' },
        { name: 'week', label: 'Week before' },
        { name: 'month', label: 'Month before' },
      ],
      parameters: [
        {
          name: 'slowMs',
          label: 'Slow from',
          description: 'A call is slow that takes longer.',
          unit: 'ms',
          default: 10_000,
        },
        {
          name: 'budget',
          label: 'Budget',
          description: 'Of a calendar month.',
          unit: 'currencyUSD',
          default: null,
        },
      ],
      fills: ['none', 'zero'],
      shapes: ['table', 'numbers'],
      orders: [
        { name: 'start_time', label: 'Start' },
        { name: 'total_time', label: 'Duration' },
        { name: 'cost', label: 'Cost' },
        { name: 'total_tokens', label: 'Tokens' },
      ],
      limits: {
        metrics: 10,
        groupBy: 2,
        filters: 20,
        filterValues: 100,
        rangeDays: 400,
        points: 11_000,
        series: 100,
        top: 100,
        rowsPerPage: 1000,
      },
    });
  });

  it('lists only what can be asked for', () => {
    for (const metric of catalog.metrics) {
      for (const kind of metric.kinds) {
        const query = parseQuery({
          kind,
          metrics: [metric.name],
          parameters: metric.parameters.includes('budget') ? { budget: 1 } : {},
        });
        expect(resolveQuery(query, questionContext()).kind).toBe(kind);
      }
    }
    for (const { name, needsTop } of catalog.dimensions) {
      const top = needsTop ? { limit: catalog.limits.top, by: 'requests' } : undefined;
      const query = parseQuery({ metrics: ['requests'], groupBy: [name], top });
      expect(resolveQuery(query, questionContext()).kind).toBe('timeseries');
    }
    for (const { name: compare } of catalog.comparisons) {
      const query = parseQuery({ metrics: ['requests'], compare });
      expect(resolveQuery(query, questionContext()).kind).toBe('timeseries');
    }
    for (const { name: by } of catalog.orders) {
      expect(resolveQuery(parseQuery({ kind: 'calls', order: { by } }), questionContext()).kind).toBe('calls');
    }
    for (const { name, parameters } of catalog.events) {
      const given = Object.fromEntries(parameters.map((parameter) => [parameter, 1]));
      const query = parseQuery({ kind: 'events', metrics: [name], parameters: given });
      expect(resolveQuery(query, questionContext()).kind).toBe('events');
    }
    for (const { key, type, operators } of catalog.filters) {
      for (const operator of operators) {
        const values = [type === 'text' ? 'a' : 1];
        const query = parseQuery({ metrics: ['requests'], filters: [{ key, operator, values }] });
        expect(resolveQuery(query, questionContext()).filters).toHaveLength(1);
      }
    }
  });
});

describe('grafanaUnit', () => {
  const unit = (name: string, currency: string) => {
    const metric = metrics.find((candidate) => candidate.name === name);
    return metric === undefined ? undefined : grafanaUnit(metric, currency);
  };

  it.each([
    ['cost', 'USD', 'currencyUSD'],
    ['cost', 'CHF', 'currencyCHF'],
    ['cost', 'CNY', 'currency:CNY '],
    ['latency_p95', 'CNY', 'ms'],
  ])('of %s in %s is "%s"', (metric, currency, expected) => {
    expect(unit(metric, currency)).toBe(expected);
  });
});
