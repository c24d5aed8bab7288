import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MetricsSource, readMetricsSource } from '../../src/database/metrics-source.ts';
import { decimalScale } from '../../src/partials/partials.ts';
import { type CallsStretch, columnsOfCells, createRowCellReader } from '../../src/rollups/read-cells.ts';
import { openMetrics, type OpenMetrics } from '../query/open-metrics.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';

const never = new AbortController().signal;

/** A stretch of one hour, by minutes, seconds and milliseconds. */
function stretch(from: string, to: string, afterId: bigint | null = null): CallsStretch {
  return {
    wallFrom: Date.parse(`2026-05-01T12:${from}Z`),
    wallTo: Date.parse(`2026-05-01T12:${to}Z`),
    afterId,
  };
}

describeOnEngines(
  'createRowCellReader',
  (engine) => {
    let table: OpenMetrics;
    let source: MetricsSource;
    beforeAll(async () => {
      table = await openMetrics(engine);
      source = await readMetricsSource(table.database, 'UTC');
      const calls = [
        ['12:00:10.000', 'a', 10],
        ['12:00:20.250', 'a', 20],
        ['12:00:20.250', null, 30],
        ['12:00:59.999', 'A', 40],
        ['12:01:00.000', 'a', 50],
        ['12:02:30.000', 'a', null],
      ] as const;
      await table.insert(
        calls.map(([time, provider, duration], index) => ({
          id: index + 1,
          start_time: `2026-05-01 ${time}`,
          provider,
          model_name: 'm',
          total_time: duration,
          cost: '0.5',
        }))
      );
    });
    afterAll(() => table.close());

    /** `provider seconds-of-the-hour: calls, sum of durations`, by stretch. */
    const read = async (stretches: readonly CallsStretch[], mostCalls?: number) => {
      const found = await createRowCellReader(table.database, mostCalls).read(source, stretches, never);
      return found?.map((groups) =>
        groups
          .map((cells) => ({ ...cells, values: columnsOfCells(cells, ['requests', 'latencySum'], []).values }))
          .flatMap(({ group, starts, values }) =>
            starts.map((start, cell) => {
              const numbers = [values.requests?.nearest(cell, 0), values.latencySum?.nearest(cell, decimalScale)].map(
                (value) => String(value ?? 'none')
              );
              return `${String(group.provider)} ${String(Math.round((start % 3600) * 1000) / 1000)}: ${numbers.join(', ')}`;
            })
          )
          .sort()
      );
    };

    it('reads each stretch as cells of groups, which begin in it', async () => {
      expect(await read([stretch('00:10.000', '00:59.999'), stretch('00:59.999', '03:00.000')])).toEqual([
        ['a 10: 2, 30', 'null 10: 1, 30'],
        ['A 59.999: 1, 40', 'a 120: 1, none', 'a 60: 1, 50'],
      ]);
    });

    it('reads calls after an id', async () => {
      expect(await read([stretch('00:00.000', '03:00.000', 4n), stretch('05:00.000', '06:00.000')])).toEqual([
        ['a 120: 1, none', 'a 60: 1, 50'],
        [],
      ]);
    });

    it('has the sketches of a cell', async () => {
      const [groups = []] =
        (await createRowCellReader(table.database).read(source, [stretch('00:00.000', '00:20.000')], never)) ?? [];
      const costs = groups.map((cells) => columnsOfCells(cells, [], ['cost']).sketches.cost);
      expect(costs.map((parts) => parts?.map((part) => Array.from(part ?? [])))).toEqual([[[-35, 1]]]);
    });

    it('reads no more calls than it may', async () => {
      const all = [stretch('00:00.000', '01:00.000'), stretch('01:00.000', '03:00.000')];
      expect(await read(all, 5)).toBeUndefined();
      expect(await read(all, 6)).toHaveLength(2);
    });

    it('reads once for all that ask at a moment, whatever they ask for', async () => {
      const reader = createRowCellReader(table.database);
      const ask = (...from: string[]) =>
        reader.read(
          source,
          from.map((begin) => stretch(begin, '03:00.000')),
          never
        );
      const asked = [ask('00:00.000', '00:10.000'), ask('00:10.000'), ask('00:59.000')];
      const [[all, part] = [], [same] = [], [other] = []] = (await Promise.all(asked)).map(
        (found) => found ?? undefined
      );
      expect(same).toBe(part);
      expect([all?.length, other?.length]).toEqual([3, 2]);
      expect((await ask('00:10.000'))?.[0]).not.toBe(part);
    });
  },
  ['mysql', 'mariadb']
);
