import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { StateTables } from '../database/tables.ts';
import type { Content, Group } from './content.ts';

const keysPerStatement = 500;
const textPerStatement = 1_048_576;

/** The ids of the groups of `content`, by `groupKey`: new ones are added to the dictionary. */
export async function groupIds(
  transaction: Transaction<StateTables>,
  { groups }: Content
): Promise<Map<string, number>> {
  const ids = await readIds(transaction, [...groups.keys()]);
  const missing = [...groups].filter(([key]) => !ids.has(key));
  for (const batch of batches(missing)) {
    await transaction
      .insertInto('aitoys_rollup_groups')
      .values(batch.map(([key, { provider, modelName }]) => ({ key_hash: key, provider, model_name: modelName })))
      .onDuplicateKeyUpdate({ key_hash: sql`${sql.ref('key_hash')}` })
      .execute();
  }
  const added = await readIds(
    transaction,
    missing.map(([key]) => key)
  );
  return new Map([...ids, ...added]);
}

const rowsSchema = z.array(z.object({ id: z.coerce.number().int(), key_hash: z.string() }));

async function readIds(transaction: Transaction<StateTables>, keys: readonly string[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (let position = 0; position < keys.length; position += keysPerStatement) {
    const rows = await transaction
      .selectFrom('aitoys_rollup_groups')
      .select(['id', 'key_hash'])
      .where('key_hash', 'in', keys.slice(position, position + keysPerStatement))
      .execute();
    for (const { id, key_hash: key } of rowsSchema.parse(rows)) {
      ids.set(key, id);
    }
  }
  return ids;
}

function* batches(groups: readonly [string, Group][]): Generator<[string, Group][]> {
  let batch: [string, Group][] = [];
  let text = 0;
  for (const group of groups) {
    batch.push(group);
    text += (group[1].provider?.length ?? 0) + (group[1].modelName?.length ?? 0);
    if (batch.length === keysPerStatement || text >= textPerStatement) {
      yield batch;
      batch = [];
      text = 0;
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}
