import type { AbortableQueryOptions } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { StateTables } from '../database/tables.ts';
import type { Group } from './content.ts';

/** The groups that rollups have calls of. They only ever become more. */
export interface GroupNames {
  /** All groups up to an id, by their ids; new ones are read. */
  upTo: (
    db: ReadonlyKysely<StateTables>,
    id: number,
    options: AbortableQueryOptions
  ) => Promise<ReadonlyMap<number, Group>>;
}

export function createGroupNames(): GroupNames {
  const groups = new Map<number, Group>();
  let known = 0;
  return {
    upTo: async (db, id, options) => {
      if (id > known) {
        const rows = await db
          .selectFrom('aitoys_rollup_groups')
          .select(['id', 'provider', 'model_name'])
          .where('id', '>', known)
          .execute(options);
        for (const row of rows) {
          groups.set(row.id, { provider: row.provider, modelName: row.model_name });
          known = Math.max(known, row.id);
        }
      }
      return groups;
    },
  };
}
