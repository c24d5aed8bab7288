import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Engine } from './dialect.ts';

/** An index that the server may use. Expressions and prefixes of columns end the list of its columns. */
export interface TableIndex {
  name: string;
  columns: string[];
}

const rowsSchema = z.array(
  z.object({ name: z.string(), column: z.string().nullable(), prefix: z.coerce.number().nullable() })
);

/** The indexes of a table that are in use: invisible (MySQL) and ignored (MariaDB) ones are left out. */
export async function readIndexes(kysely: Kysely<unknown>, engine: Engine, table: string): Promise<TableIndex[]> {
  const { rows } = await indexColumns(engine, table).execute(kysely);
  const indexes = new Map<string, { columns: string[]; ended: boolean }>();
  for (const { name, column, prefix } of rowsSchema.parse(rows)) {
    const index = indexes.get(name) ?? { columns: [], ended: false };
    indexes.set(name, index);
    index.ended ||= column === null || prefix !== null;
    if (!index.ended && column !== null) {
      index.columns.push(column.toLowerCase());
    }
  }
  return [...indexes].map(([name, { columns }]) => ({ name, columns }));
}

function indexColumns(engine: Engine, table: string) {
  switch (engine) {
    case 'sqlite':
      return sql`select list.name as name, info.name as "column", null as prefix
        from pragma_index_list(${table}) as list, pragma_index_info(list.name) as info
        order by list.name, info.seqno`;
    case 'mysql':
      return sql`select INDEX_NAME as name, COLUMN_NAME as ${sql.ref('column')}, SUB_PART as prefix
        from information_schema.STATISTICS
        where TABLE_SCHEMA = database() and TABLE_NAME = ${table} and IS_VISIBLE = 'YES'
        order by INDEX_NAME, SEQ_IN_INDEX`;
    case 'mariadb':
      return sql`select INDEX_NAME as name, COLUMN_NAME as ${sql.ref('column')}, SUB_PART as prefix
        from information_schema.STATISTICS
        where TABLE_SCHEMA = database() and TABLE_NAME = ${table} and IGNORED = 'NO'
        order by INDEX_NAME, SEQ_IN_INDEX`;
    default:
      return engine satisfies never;
  }
}
