import type { AbortableQueryOptions } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import type { StateTables } from '../database/tables.ts';
import { rollupFormat } from './page-codec.ts';
import type { PageKey, Stretch } from './page-keys.ts';
import { pageOf } from './tiers.ts';

/** How far the rollups are, and when the pages of days were last changed. */
export interface Head {
  /** Calls up to this id are in the pages; null where none is. */
  watermark: bigint | null;
  /** All pages were compared with their calls since then; ms since 1970. Null before the first time. */
  auditedAt: number | null;
  openBlock: number | null;
  generation: number;
  lastGroup: number;
  days: ReadonlyMap<number, number>;
}

// BIGINT and DECIMAL come as text.
const number = z.coerce.number().int();
const headSchema = z.object({
  format: z.string(),
  watermark: z.coerce
    .string()
    .transform((text) => BigInt(text))
    .nullable(),
  audited_at: number.nullable(),
  open_block: number.nullable(),
  generation: number,
  last_group: number.nullable(),
});

const daySeconds = 86_400;

/** Questions about the same days share a head: those of a dashboard are about nearly the same ones. */
const daysTogether = 32;

/** Days, counted from 1970: `first` to `last`. */
export interface DayRange {
  first: number;
  last: number;
}

/** The days of the pages that hold cells of the stretches, and some more around them. */
export function daysOf(stretches: readonly Stretch[]): DayRange {
  const pages = stretches.map(({ tier, from, to }) => [
    pageOf(tier, from),
    pageOf(tier, to - 1) + tier.pageSeconds - 1,
  ]);
  const together = daysTogether * daySeconds;
  const first = Math.floor(Math.min(...pages.map(([start = 0]) => start)) / together);
  const last = Math.floor(Math.max(...pages.map(([, end = 0]) => end)) / together);
  return { first: first * daysTogether, last: (last + 1) * daysTogether - 1 };
}

/** One statement, so that it is of one moment. Null where there are no rollups in the present format. */
export async function readHead(
  db: ReadonlyKysely<StateTables>,
  { first, last }: DayRange,
  abort: AbortableQueryOptions
): Promise<Head | null> {
  const rows = await db
    .selectFrom('aitoys_rollups')
    .leftJoin('aitoys_rollup_days', (join) =>
      join.on('aitoys_rollup_days.day', '>=', first).on('aitoys_rollup_days.day', '<=', last)
    )
    .where('aitoys_rollups.name', '=', 'ai_metrics')
    .select((columns) => [
      'format',
      'watermark',
      'open_block',
      'aitoys_rollups.generation as generation',
      'audited_at',
      'day',
      'aitoys_rollup_days.generation as day_generation',
      columns
        .selectFrom('aitoys_rollup_groups')
        .select(({ fn }) => fn.max('id').as('last'))
        .as('last_group'),
    ])
    .execute(abort);
  const head = headSchema.optional().parse(rows[0]);
  return head?.format === rollupFormat
    ? {
        watermark: head.watermark,
        auditedAt: head.audited_at,
        openBlock: head.open_block,
        generation: head.generation,
        lastGroup: head.last_group ?? 0,
        days: new Map(
          rows.flatMap(({ day, day_generation: generation }) =>
            day === null ? [] : [[number.parse(day), number.parse(generation)] as const]
          )
        ),
      }
    : null;
}

/** That of the last change of a page's days. */
export function generationOf({ tier, page }: PageKey, { days }: Pick<Head, 'days'>): number {
  let generation = 0;
  for (let day = Math.floor(page / daySeconds); day * daySeconds < page + tier.pageSeconds; day += 1) {
    generation = Math.max(generation, days.get(day) ?? 0);
  }
  return generation;
}
