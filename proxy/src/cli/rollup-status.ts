import { sql } from 'kysely';
import { z } from 'zod';
import { databaseNow } from '../database/database-now.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { rollupFormat } from '../rollups/page-codec.ts';
import { readMaxId } from '../rollups/read-calls.ts';
import { readState } from '../rollups/state.ts';
import { tiers } from '../rollups/tiers.ts';
import { formatTable } from './format-table.ts';
import type { RollupTables } from './verify-rollups.ts';

const whole = z.coerce.number().int();
const totalsSchema = z.object({ blocks: whole, calls: whole, due: whole });
const tierSchema = z.object({ tier_seconds: whole, pages: whole, bytes: whole });
const leaseSchema = z.object({ holder: z.string(), expires_at: whole });

/** What there is to know about rollups, for a terminal. */
export async function describeRollups({ metrics, state }: RollupTables): Promise<string> {
  const now = await databaseNow(state);
  const builder = await describeBuilder(state, now);
  const found = await readState(state);
  if (found === null) {
    return `There are no rollups yet. ${builder}\n`;
  }
  if (found.format !== rollupFormat) {
    return `The rollups are those of another version: the proxy will build them anew. ${builder}\n`;
  }
  const maxId = await readMaxId(metrics, new AbortController().signal);
  const { blocks, calls, due } = await readTotals(state, now);
  const groups = await countGroups(state);
  const audited = found.auditedAt === null ? 'never' : `since ${new Date(found.auditedAt).toISOString()}`;
  return [
    `${String(calls)} calls in ${String(blocks)} blocks, of ${String(groups)} groups. ${builder}`,
    `Calls up to id ${String(found.watermark ?? 'none')} are in rollups; the table has ids up to ${String(maxId ?? 'none')}.`,
    `All blocks were compared with their rows ${audited}; ${String(due)} are due now.`,
    '',
    await describeTiers(state),
  ].join('\n');
}

async function describeBuilder({ kysely }: Database<StateTables>, now: number): Promise<string> {
  const row = await kysely
    .selectFrom('aitoys_leases')
    .select(['holder', 'expires_at'])
    .where('name', '=', 'rollups')
    .executeTakeFirst();
  const lease = row === undefined ? null : leaseSchema.parse(row);
  return lease !== null && lease.expires_at > now
    ? `${lease.holder} builds them.`
    : 'No proxy builds them at the moment.';
}

async function readTotals({ kysely }: Database<StateTables>, now: number): Promise<z.infer<typeof totalsSchema>> {
  const row = await kysely
    .selectFrom('aitoys_rollup_blocks')
    .select(({ fn }) => [
      fn.countAll().as('blocks'),
      // A sum of nothing is NULL, which counts as 0 here.
      fn.sum('calls').as('calls'),
      sql`count(case when audit_due_at <= ${now} then 1 end)`.as('due'),
    ])
    .executeTakeFirstOrThrow();
  return totalsSchema.parse(row);
}

async function countGroups({ kysely }: Database<StateTables>): Promise<number> {
  const { groups } = await kysely
    .selectFrom('aitoys_rollup_groups')
    .select(({ fn }) => fn.countAll().as('groups'))
    .executeTakeFirstOrThrow();
  return Number(groups);
}

async function describeTiers({ kysely }: Database<StateTables>): Promise<string> {
  const rows = await kysely
    .selectFrom('aitoys_rollup_pages')
    .select(({ fn }) => [
      'tier_seconds',
      fn.countAll().as('pages'),
      sql`sum(length(partials) + length(latency) + length(cost))`.as('bytes'),
    ])
    .groupBy('tier_seconds')
    .execute();
  const sizes = new Map(rows.map((row) => tierSchema.parse(row)).map((size) => [size.tier_seconds, size]));
  return formatTable(
    ['tier', 'pages', 'bytes'],
    tiers.map(({ name, seconds }) => [
      name,
      String(sizes.get(seconds)?.pages ?? 0),
      String(sizes.get(seconds)?.bytes ?? 0),
    ])
  );
}
