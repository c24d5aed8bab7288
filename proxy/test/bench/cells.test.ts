import { describe, expect, it } from 'vitest';
import { cellsOfFrames, cellsOfRows, metricOf } from '../../bench/cells.ts';

describe('cellsOfRows', () => {
  it('reads numbers in text, times in seconds, and missing names as the proxy does', () => {
    const cells = cellsOfRows([
      { time: 1_767_225_600, provider: 'openai', cost: '12.50000000' },
      { time: 1_767_225_660, provider: null, cost: '1.00000000' },
      { time: 1_767_225_720, provider: '', cost: null },
    ]);
    expect([...cells]).toEqual([
      ['cost, 2026-01-01T00:00:00.000Z, openai', 12.5],
      ['cost, 2026-01-01T00:01:00.000Z, (none)', 1],
    ]);
  });

  it('names values without a time by their dimensions', () => {
    const cells = cellsOfRows([{ provider: 'azure', model_name: 'gpt-4o', requests: 3, tokens: '40' }]);
    expect([...cells]).toEqual([
      ['requests, azure, gpt-4o', 3],
      ['tokens, azure, gpt-4o', 40],
    ]);
  });
});

describe('cellsOfFrames', () => {
  it('reads a frame per series', () => {
    const fields = [
      { name: 'time', type: 'time' },
      { name: 'cost', type: 'number', labels: { provider: 'openai' } },
    ];
    const values = [
      [1_767_225_600_000, 1_767_225_660_000],
      [12.5, 1],
    ];
    expect([...cellsOfFrames([{ schema: { fields }, data: { values } }])]).toEqual([
      ['cost, 2026-01-01T00:00:00.000Z, openai', 12.5],
      ['cost, 2026-01-01T00:01:00.000Z, openai', 1],
    ]);
  });

  it('reads a table, and an answer without data', () => {
    const fields = [
      { name: 'provider', type: 'string' },
      { name: 'model_name', type: 'string' },
      { name: 'requests', type: 'number' },
      { name: 'latency_avg', type: 'number' },
    ];
    const values = [['azure'], ['gpt-4o'], [3], [null]];
    expect([...cellsOfFrames([{ schema: { fields }, data: { values } }])]).toEqual([['requests, azure, gpt-4o', 3]]);
    expect([...cellsOfFrames([{ schema: { fields: [] }, data: { values: [] } }])]).toEqual([]);
  });
});

describe('metricOf', () => {
  it('finds the metric whatever the names after it hold', () => {
    expect([metricOf('cost, a, b'), metricOf('requests')]).toEqual(['cost', 'requests']);
  });
});
