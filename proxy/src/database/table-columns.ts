import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Engine } from './dialect.ts';

// information_schema's numbers arrive as number or as text, depending on server and width.
const optionalNumber = z.coerce.number().nullable();

const columnSchema = z.object({
  /** Lower-case. */
  name: z.string().toLowerCase(),
  /** Such as `varchar`. */
  dataType: z.string().toLowerCase(),
  /** Such as `varchar(64)`. */
  columnType: z.string(),
  nullable: z.coerce.number().transform((value) => value === 1),
  characters: optionalNumber,
  bytes: optionalNumber,
  characterSet: z.string().nullable(),
  collation: z.string().nullable(),
  precision: optionalNumber,
  scale: optionalNumber,
  fractionDigits: optionalNumber,
});

/** A column as the database's own catalog describes it. */
export type TableColumn = z.infer<typeof columnSchema>;

/** A column's type for reports and messages: in capitals, but for types that list values, such as `enum('a','b')`. */
export function declaredType({ columnType }: Pick<TableColumn, 'columnType'>): string {
  return columnType.includes("'") ? columnType : columnType.toUpperCase();
}

/** The columns of a table or view that the account may read; none where there is no such table. */
export async function readTableColumns(kysely: Kysely<unknown>, engine: Engine, table: string): Promise<TableColumn[]> {
  const query =
    engine === 'sqlite'
      ? sql`select name, type as dataType, type as columnType, "notnull" = 0 as nullable, null as characters, null as bytes,
          null as characterSet, null as collation, null as precision, null as scale, null as fractionDigits
        from pragma_table_info(${table})`
      : // Named here, because MySQL 8 answers with names in capitals whatever the statement says.
        sql`select COLUMN_NAME as name, DATA_TYPE as dataType, COLUMN_TYPE as columnType,
          IS_NULLABLE = 'YES' as nullable,
          CHARACTER_MAXIMUM_LENGTH as characters, CHARACTER_OCTET_LENGTH as bytes,
          CHARACTER_SET_NAME as characterSet, COLLATION_NAME as ${sql.ref('collation')},
          NUMERIC_PRECISION as ${sql.ref('precision')}, NUMERIC_SCALE as scale, DATETIME_PRECISION as fractionDigits
        from information_schema.COLUMNS
        where TABLE_SCHEMA = database() and TABLE_NAME = ${table} order by ORDINAL_POSITION`;
  return z.array(columnSchema).parse((await query.execute(kysely)).rows);
}
