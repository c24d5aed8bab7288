import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type Call, openMetrics, type OpenMetrics } from './open-metrics.ts';
import { callsOf, walkCalls } from './walk-calls.ts';

const at = (time: string) => `2026-05-01 ${time}`;

/*
 * Of the ids: 2, 3 and 4 have the same start, 5 starts a millisecond before them. Cost and duration are missing from 6
 * and 7, tokens from 1 and 7; 8 and 9 are on the edges of the range, which has its begin but not its end.
 */
const calls: Call[] = [
  { id: 1, start_time: at('12:00:00.000'), total_time: 300, cost: '0.2', provider: 'a', model_name: 'x' },
  { id: 2, start_time: at('12:00:02.000'), total_time: 100, cost: '0.1', total_tokens: 5, provider: 'a' },
  { id: 3, start_time: at('12:00:02.000'), total_time: 100, cost: '0.1', total_tokens: 5, model_name: 'X' },
  {
    id: 4,
    start_time: at('12:00:02.000'),
    total_time: 200,
    cost: '0.3',
    total_tokens: 7,
    provider: '',
    model_name: 'x',
  },
  { id: 5, start_time: at('12:00:01.999'), total_time: 0, cost: '0', total_tokens: 0, provider: 'a' },
  { id: 6, start_time: at('12:00:03.000'), total_tokens: 6, provider: 'b', monitor_id: 'job 1' },
  { id: 7, start_time: at('12:00:04.000'), provider: 'b', monitor_id: 'job 2' },
  { id: 8, start_time: at('11:00:00.000'), total_time: 100, cost: '0.1', total_tokens: 9, provider: 'edge' },
  { id: 9, start_time: at('13:00:00.000'), total_time: 100, cost: '0.1', total_tokens: 9, provider: 'edge' },
];
const range = { from: '2026-05-01T11:00Z', to: '2026-05-01T13:00Z' };

describeOnEngines('answerQuery about calls', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    // In another order than that of their ids.
    for (const call of [...calls].reverse()) {
      await table.insert([call]);
    }
  });
  afterAll(async () => {
    await table.close();
  });

  const ids = async (query: Parameters<typeof walkCalls>[1], context = range) =>
    (await walkCalls(table, query, context)).map((page) => page.calls.map(({ id }) => id).join(' '));

  it.each([
    ['start_time', 'desc', '7 6 4 3 2 5 1 8'],
    ['start_time', 'asc', '8 1 5 2 3 4 6 7'],
    // What has no value is last, either way.
    ['total_time', 'desc', '1 4 8 3 2 5 7 6'],
    ['total_time', 'asc', '5 2 3 8 4 1 6 7'],
    ['cost', 'desc', '4 1 8 3 2 5 7 6'],
    ['cost', 'asc', '5 2 3 8 1 4 6 7'],
    ['total_tokens', 'desc', '8 4 6 3 2 5 7 1'],
    ['total_tokens', 'asc', '5 2 3 6 4 8 1 7'],
  ] as const)('puts them in the order of %s %s, whatever the size of the page', async (by, direction, expected) => {
    const order = { by, direction };
    expect(await ids({ order })).toEqual([expected]);
    expect(await ids({ order, limit: 8 })).toEqual([expected]);
    const singly = expected.split(' ');
    expect(await ids({ order, limit: 1 })).toEqual(singly);
    expect(await ids({ order, limit: 3 })).toEqual([0, 3, 6].map((start) => singly.slice(start, start + 3).join(' ')));
  });

  it('is the newest first unless told otherwise', async () => {
    expect(await ids({})).toEqual(['7 6 4 3 2 5 1 8']);
    expect(await ids({ order: { by: 'cost' } })).toEqual(['4 1 8 3 2 5 7 6']);
  });

  it.each([
    [[{ key: 'provider', operator: '=', values: ['a'] }], ['2 5', '1']],
    [[{ key: 'provider', operator: '=', values: ['(none)'] }], ['4 3']],
    [[{ key: 'model_name', operator: '=', values: ['x'] }], ['4 1']],
    [[{ key: 'monitor_id', operator: 'starts with', values: ['job'] }], ['7 6']],
    [[{ key: 'cost', operator: '>=', values: [0.2] }], ['4 1']],
    [
      [
        { key: 'provider', operator: '!=', values: ['b'] },
        { key: 'total_time', operator: '<', values: [250] },
      ],
      ['4 3', '2 5', '8'],
    ],
    [[{ key: 'provider', operator: '=', values: ["' OR 1=1 -- "] }], ['']],
  ] as const)('keeps to the filters %j from page to page', async (filters, expected) => {
    expect(await ids({ filters: filters as never, limit: 2 })).toEqual(expected);
  });

  it('answers all of a call, and nothing for what is missing', async () => {
    const page = callsOf(await table.answer({ kind: 'calls', order: { by: 'start_time' }, limit: 3 }, range));
    expect(page.calls.slice(1)).toEqual([
      {
        id: '6',
        start_time: Date.parse('2026-05-01T12:00:03Z'),
        end_time: null,
        monitor_id: 'job 1',
        provider: 'b',
        model_name: null,
        total_time: null,
        cost: null,
        total_tokens: 6,
        prompt_tokens: null,
        completion_tokens: null,
      },
      {
        id: '4',
        start_time: Date.parse('2026-05-01T12:00:02Z'),
        end_time: null,
        monitor_id: null,
        provider: '',
        model_name: 'x',
        total_time: 200,
        cost: 0.3,
        total_tokens: 7,
        prompt_tokens: null,
        completion_tokens: null,
      },
    ]);
    expect(page.notices).toEqual([{ severity: 'info', text: 'There are more calls than the 3 of this page.' }]);
  });

  it('finds nothing where there is nothing', async () => {
    const page = callsOf(await table.answer({ kind: 'calls' }, { from: '2026-05-02T00:00Z', to: '2026-05-03T00:00Z' }));
    expect([page.calls, page.nextCursor, page.notices.map(({ text }) => text)]).toEqual([
      [],
      null,
      ['Nothing was found from 2026-05-02T00:00:00.000Z to 2026-05-03T00:00:00.000Z.'],
    ]);
  });
});

describeOnEngines(
  'answerQuery about calls in columns of other types',
  (engine) => {
    const onTable = async (
      types: string,
      run: (table: OpenMetrics) => Promise<void>,
      options: Parameters<typeof openMetrics>[1] = {}
    ) => {
      const table = await openMetrics(engine, options);
      try {
        await table.run(`ALTER TABLE ai_metrics ${types}`);
        await run(table);
      } finally {
        await table.close();
      }
    };
    const walkedIds = async (table: OpenMetrics, by: string, direction: 'asc' | 'desc', limit = 1) =>
      (await walkCalls(table, { order: { by, direction }, limit })).flatMap((page) => page.calls.map(({ id }) => id));

    it.each([
      // No FLOAT is one of these numbers, and a float64 tells none of the last ones apart.
      ['FLOAT', ['0.1', '0.2', '0.3', '1e-30', '16777217', '-0.7']],
      ['DOUBLE', ['0.1', '0.30000000000000004', '0.3', '1e-300', '123456789.123456789', '1e22', '-0.7', '5e-324']],
      ['DECIMAL(38,8)', ['12345678901234567.12345678', '12345678901234567.12345677', '12345678901234567.12345676']],
      ['DECIMAL(38,20)', ['0.12345678901234567891', '0.12345678901234567892', '0.12345678901234567890']],
    ])('meets each once in the order of a cost of %s', async (type, costs) => {
      await onTable(`MODIFY cost ${type} NULL`, async (table) => {
        const known = costs.map((cost, index) => ({ id: index + 1, cost, total_time: 0 }));
        await table.insert([...known, ...known.map(({ id, cost }) => ({ id: id + 50, cost })), { id: 99, cost: null }]);
        const rank = costs.map((_, index) => index);
        // What is told apart by hand: BigInt of the scaled number for DECIMAL, the number itself for the others.
        const size = (index: number) => costs[index] ?? '';
        const compare = (a: number, b: number) =>
          type.startsWith('DECIMAL') ? (size(a) < size(b) ? -1 : 1) : Number(size(a)) - Number(size(b));
        const ascending = rank.sort(compare).flatMap((index) => [String(index + 1), String(index + 51)]);
        expect(await walkedIds(table, 'cost', 'asc')).toEqual([...ascending, '99']);
        expect(await walkedIds(table, 'cost', 'desc')).toEqual([...ascending.reverse(), '99']);
      });
    });

    it.each(['FLOAT', 'DOUBLE'])('meets 500 costs of %s at random each once', async (type) => {
      await onTable(`MODIFY cost ${type} NULL`, async (table) => {
        await table.insert(Array.from({ length: 500 }, (_, index) => ({ id: index + 1, cost: 0 })));
        await table.run('UPDATE ai_metrics SET cost = exp(20 * (rand(7) - 0.5)) * if(id % 5 = 0, -1, 1)');
        for (const direction of ['asc', 'desc'] as const) {
          const met = await walkedIds(table, 'cost', direction, 7);
          expect(met.length).toBe(500);
          expect(new Set(met).size).toBe(500);
        }
      });
    });

    it.each(['DATETIME', 'DATETIME(3)', 'DATETIME(6)', 'TIMESTAMP', 'TIMESTAMP(6)'])(
      'meets each once in the order of a start_time of %s',
      async (type) => {
        const times = `MODIFY start_time ${type} NOT NULL, MODIFY end_time ${type} NULL`;
        await onTable(times, async (table) => {
          const fine = type.endsWith('(6)');
          await table.insert([
            { id: 1, start_time: at('12:00:01') },
            { id: 2, start_time: at('12:00:00') },
            { id: 3, start_time: at(fine ? '12:00:00.000001' : '12:00:00') },
            { id: 4, start_time: at(fine ? '12:00:00.000002' : '12:00:00'), end_time: at('12:00:01') },
            { id: 5, start_time: at('11:59:59') },
          ]);
          expect(await walkedIds(table, 'start_time', 'desc')).toEqual(['1', '4', '3', '2', '5']);
          expect(await walkedIds(table, 'start_time', 'asc')).toEqual(['5', '2', '3', '4', '1']);
          const [row] = await table.rows({ kind: 'calls', filters: [], limit: 1, order: { by: 'total_time' } });
          expect(row?.['start_time']).toBe('2026-05-01T11:59:59.000Z');
        });
      }
    );

    it('reads each of the two times in its own zone', async () => {
      const types = 'MODIFY start_time DATETIME(3) NOT NULL, MODIFY end_time TIMESTAMP(3) NULL';
      await onTable(
        types,
        async (table) => {
          await table.insert([{ start_time: at('20:00:00.5'), end_time: at('12:00:01.25') }]);
          expect(await table.rows({ kind: 'calls' })).toMatchObject([
            { start_time: '2026-05-01T12:00:00.500Z', end_time: '2026-05-01T12:00:01.250Z' },
          ]);
        },
        { metricsTimezone: 'Asia/Shanghai' }
      );
    });

    it('keeps every digit of an id, and their order', async () => {
      await onTable('MODIFY cost DOUBLE NULL', async (table) => {
        const huge = ['18446744073709551615', '18446744073709551614', '9007199254740993', '9007199254740992'];
        await table.insert(huge.map((id) => ({ id: id as never, cost: 1 })));
        expect(await walkedIds(table, 'start_time', 'desc')).toEqual(huge);
        expect(await walkedIds(table, 'cost', 'asc')).toEqual([...huge].reverse());
      });
    });

    it.each([
      ['VARCHAR(36) COLLATE utf8mb4_general_ci', ['b', 'a', 'Z', '10', "1'"], ['b', 'a', 'Z', '10', "1'"]],
      ['DECIMAL(20,0)', ['7', '10', '9'], ['10', '9', '7']],
    ])('meets ids of %s each once', async (type, stored, descending) => {
      await onTable(`MODIFY id ${type} NOT NULL`, async (table) => {
        await table.insert(stored.map((id) => ({ id: id as never })));
        expect(await walkedIds(table, 'start_time', 'desc')).toEqual(descending);
        expect(await walkedIds(table, 'start_time', 'asc', 2)).toEqual([...descending].reverse());
      });
    });

    it('has the numbers that metrics have', async () => {
      for (const type of ['FLOAT', 'DOUBLE', 'DECIMAL(18,8)']) {
        await onTable(`MODIFY cost ${type} NULL, MODIFY total_time ${type} NULL`, async (table) => {
          await table.insert([{ cost: 1234.5678, total_time: 0.25 }]);
          const [call] = await table.rows({ kind: 'calls' });
          const [summary] = await table.rows({ kind: 'summary', metrics: ['cost', 'cost_max', 'latency_max'] });
          expect(summary).toEqual({
            cost: call?.['cost'],
            cost_max: call?.['cost'],
            latency_max: call?.['total_time'],
          });
          expect(call?.['total_time']).toBe(0.25);
        });
      }
    });
  },
  ['mysql', 'mariadb']
);

describe('a page of calls', () => {
  it('goes on after calls that were deleted', async () => {
    const table = await openMetrics('sqlite');
    await table.insert([1, 2, 3, 4].map((id) => ({ id, start_time: at(`12:00:0${String(id)}.000`) })));
    const first = callsOf(await table.answer({ kind: 'calls', limit: 2 }));
    await table.run('DELETE FROM ai_metrics WHERE id IN (2, 3)');
    const second = callsOf(await table.answer({ kind: 'calls', limit: 2, cursor: first.nextCursor ?? '' }));
    expect([first, second].map((page) => page.calls.map(({ id }) => id))).toEqual([['4', '3'], ['1']]);
    await table.close();
  });
});
