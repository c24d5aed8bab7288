import { describe, expect, it } from 'vitest';
import { answerRows } from '../../src/query/output/rows.ts';
import { seriesAnswer, summaryAnswer } from './made-answer.ts';

const noon = 1_777_636_800_000;

describe('answerRows', () => {
  it('has a row per bucket and group of a time series, in the order of time, null where a metric has no point', () => {
    const answer = seriesAnswer({ metrics: ['requests', 'cost'], groupBy: ['provider'] }, [
      [
        'requests',
        { provider: 'a' },
        [
          [noon, 1],
          [noon + 60_000, 2],
        ],
      ],
      ['cost', { provider: 'a' }, [[noon + 60_000, 0.5]]],
      ['requests', { provider: 'b' }, [[noon, 3]]],
    ]);
    expect(answerRows(answer, 'USD')).toEqual({
      columns: [
        { name: 'time', label: 'Time', type: 'time' },
        { name: 'provider', label: 'Provider', type: 'text' },
        { name: 'requests', label: 'Requests', type: 'number', unit: 'short' },
        { name: 'cost', label: 'Cost', type: 'number', unit: 'currencyUSD' },
      ],
      rows: [
        { time: '2026-05-01T12:00:00.000Z', provider: 'a', requests: 1, cost: null },
        { time: '2026-05-01T12:00:00.000Z', provider: 'b', requests: 3, cost: null },
        { time: '2026-05-01T12:01:00.000Z', provider: 'a', requests: 2, cost: 0.5 },
      ],
    });
  });

  it('has a row per group of a summary', () => {
    const answer = summaryAnswer({ metrics: ['requests', 'cost'], groupBy: ['model_name'] }, [
      [{ model_name: 'm' }, [3, null]],
      [{ model_name: '__proto__' }, [1, 0.5]],
    ]);
    expect(answerRows(answer, 'CHF')).toEqual({
      columns: [
        { name: 'model_name', label: 'Model', type: 'text' },
        { name: 'requests', label: 'Requests', type: 'number', unit: 'short' },
        { name: 'cost', label: 'Cost', type: 'number', unit: 'currencyCHF' },
      ],
      rows: [
        { model_name: 'm', requests: 3, cost: null },
        { model_name: '__proto__', requests: 1, cost: 0.5 },
      ],
    });
  });

  it('has columns without rows when there is no data', () => {
    expect(answerRows(seriesAnswer({}, []), 'USD').rows).toEqual([]);
    expect(answerRows(summaryAnswer({}, []), 'USD')).toEqual({
      columns: [{ name: 'requests', label: 'Requests', type: 'number', unit: 'short' }],
      rows: [],
    });
  });
});
