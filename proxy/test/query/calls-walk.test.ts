import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../src/database/dialect.ts';
import { insertCalls, type NewCall } from '../../src/database/insert-calls.ts';
import type { CallsAnswer } from '../../src/query/calls/answer-calls.ts';
import { wallText } from '../../src/time/wall-text.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { defaultLimits } from './question-context.ts';
import { walkCalls } from './walk-calls.ts';

const count = 100_000;
const noon = Date.parse('2026-05-01T12:00Z');

/** Calls with even ids: a few at the same time, 5,000 of them at one, and many of the same cost, duration and tokens. */
function* storedCalls(): Generator<NewCall> {
  for (let index = 1; index <= count; index += 1) {
    yield {
      id: String(2 * index),
      start_time: wallText(index % 20 === 0 ? noon : noon + ((index * 7919) % 30_000) * 100),
      provider: 'p',
      model_name: `m${String(index % 7)}`,
      cost: index % 10 === 0 ? null : String(((index * 31) % 500) / 1000),
      total_time: index % 11 === 0 ? null : (index * 17) % 300,
      total_tokens: index % 12 === 0 ? null : (index * 13) % 3000,
    };
  }
}

const orders: Record<Engine, [by: string, direction: 'asc' | 'desc'][]> = {
  sqlite: [
    ['start_time', 'desc'],
    ['cost', 'asc'],
  ],
  mysql: [
    ['start_time', 'desc'],
    ['start_time', 'asc'],
    ['total_time', 'desc'],
  ],
  mariadb: [
    ['start_time', 'desc'],
    ['cost', 'desc'],
    ['total_tokens', 'asc'],
  ],
};

describeOnEngines('a cursor through 100,000 calls', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine, { poolSize: 4 });
    await insertCalls(table.database.kysely, engine, storedCalls(), () => undefined);
  });
  afterAll(async () => {
    await table.close();
  });

  const storedIds = async () =>
    (await table.database.kysely.selectFrom('ai_metrics').select('id').execute()).map(({ id }) =>
      String(id as unknown)
    );

  it.each(orders[engine])(
    'in the order of %s %s meets each once while calls are added before, after and where it stands',
    async (by, direction) => {
      const atStart = await storedIds();
      const taken = new Set(atStart);
      const addAround = async ({ calls }: CallsAnswer) => {
        const last = calls.at(-1);
        if (last === undefined) {
          throw new Error('A page that is not the last one has calls');
        }
        const { total_time, total_tokens } = last;
        const same = {
          start_time: wallText(last.start_time),
          cost: last.cost === null ? null : String(last.cost),
          total_time,
          total_tokens,
        };
        const beside = [Number(last.id) - 1, Number(last.id) + 1].map(String).filter((id) => !taken.has(id));
        beside.forEach((id) => taken.add(id));
        await table.database.kysely
          .insertInto('ai_metrics')
          .values([
            ...beside.map((id) => ({ ...same, id })),
            same,
            { ...same, start_time: '2026-05-01 00:00:00.000', cost: '0', total_time: 0, total_tokens: 0 },
            { ...same, start_time: '2026-05-01 23:59:59.999', cost: '9', total_time: 999_999, total_tokens: 999_999 },
            { ...same, start_time: '2026-05-01 12:00:00.000', cost: null, total_time: null, total_tokens: null },
          ])
          .execute();
      };
      // Fewer pages where each one reads the whole range.
      const limit = by === 'start_time' ? 1000 : 10_000;
      const context = { limits: { ...defaultLimits, rowsPerPage: limit } };
      const pages = await walkCalls(table, { order: { by, direction }, limit }, context, addAround);

      const met = new Map<string, number>();
      for (const { id } of pages.flatMap(({ calls }) => calls)) {
        met.set(id, (met.get(id) ?? 0) + 1);
      }
      expect(atStart.length).toBeGreaterThanOrEqual(count);
      expect(atStart.filter((id) => !met.has(id))).toEqual([]);
      expect([...met].filter(([, times]) => times > 1)).toEqual([]);
      expect(pages.length).toBeGreaterThanOrEqual(Math.ceil(count / limit));
      // It was added to all the while, and some of that was met.
      expect((await storedIds()).length - atStart.length).toBeGreaterThanOrEqual(4 * (pages.length - 1));
      expect(met.size).toBeGreaterThan(atStart.length);
    },
    60_000
  );
});
