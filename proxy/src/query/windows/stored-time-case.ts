import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { MetricsTables } from '../../database/tables.ts';
import { wallText } from '../../time/wall-text.ts';

/** The value of the first case that a call's stored time is below; the last case holds all the others. */
export function storedTimeCase(
  cases: { below: number; value: RawBuilder<number> }[],
  columns: ExpressionBuilder<MetricsTables, 'ai_metrics'>
): RawBuilder<number> {
  const last = cases.at(-1)?.value ?? sql<number>`0`;
  // One flat CASE: servers refuse expressions that are nested too deeply.
  const whens = cases
    .slice(0, -1)
    .map(({ below, value }) => sql`when ${columns('start_time', '<', wallText(below))} then ${value}`);
  return whens.length === 0 ? last : sql<number>`case ${sql.join(whens, sql` `)} else ${last} end`;
}
