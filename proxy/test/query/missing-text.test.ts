import { afterAll, beforeAll, expect, it } from 'vitest';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';

type Operator = NonNullable<QueryInput['filters']>[number]['operator'];

describeOnEngines('answerQuery about missing and empty text', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    // Counts that tell which of them were found.
    const names = { missing: null, empty: '', none: '(none)', space: ' ', a: 'a' };
    await table.insert(
      Object.values(names).flatMap((name, index) => Array.from({ length: 2 ** index }, () => ({ model_name: name })))
    );
  });
  afterAll(async () => {
    await table.close();
  });

  it.each<[Operator, string[], number]>([
    // NULL 1, '' 2, '(none)' 4, ' ' 8, 'a' 16
    ['=', ['(none)'], 7],
    ['!=', ['(none)'], 24],
    ['in', ['(none)', 'a'], 23],
    ['not in', ['(none)', 'a'], 8],
    ['=', ['a'], 16],
    ['!=', ['a'], 15],
    ['not in', ['a', 'b'], 15],
    ['=', [''], 2],
    ['!=', [''], 29],
    ['=', [' '], 8],
    ['starts with', ['(no'], 4],
    ['contains', ['a'], 16],
    ['contains', ['none'], 4],
    ['contains', ['(none)'], 7],
    ['starts with', ['(none)'], 7],
    ['starts with', ['(non'], 4],
  ])('finds by %s %j what has the bits of %i', async (operator, values, found) => {
    const filters = [{ key: 'model_name', operator, values }];
    expect(await table.rows({ kind: 'summary', filters })).toEqual([{ requests: found }]);
  });

  it('finds each label that it answers with', async () => {
    const rows = await table.rows({ kind: 'summary', groupBy: ['model_name'] });
    expect(rows).toEqual([
      { model_name: ' ', requests: 8 },
      { model_name: '(none)', requests: 7 },
      { model_name: 'a', requests: 16 },
    ]);
    for (const { model_name: label, requests } of rows) {
      const filters = [{ key: 'model_name', operator: '=' as const, values: [String(label)] }];
      expect(await table.rows({ kind: 'summary', groupBy: ['model_name'], filters })).toEqual([
        { model_name: label, requests },
      ]);
    }
  });
});
