import type { StoredTimeType } from './stored-time.ts';
import { declaredType, type TableColumn } from './table-columns.ts';

/** What a column can hold. `declared` is its type in the database's own words, for reports and messages. */
export type ColumnType =
  | (TextType & { declared: string })
  | { kind: 'integer'; declared: string; min: bigint; max: bigint }
  | { kind: 'decimal'; declared: string; precision: number; scale: number; unsigned: boolean }
  | { kind: 'float'; declared: string; size: 'float' | 'double'; unsigned: boolean }
  | (StoredTimeType & { kind: 'time'; declared: string; type: 'datetime' | 'timestamp' });

interface TextType {
  kind: 'text';
  /** Code points; null: no limit of its own. */
  maxCharacters: number | null;
  maxBytes: number | null;
  characterSet: string | null;
  collation: string | null;
}

const integerBits: Record<string, number> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };

/** Reads a column's type; `undefined` for one that nothing here can use, such as JSON or BLOB. */
export function readColumnType(row: TableColumn, metricsTimezone: string): ColumnType | undefined {
  const declared = declaredType(row);
  const unsigned = / unsigned\b/i.test(row.columnType);
  const bits = integerBits[row.dataType];
  if (bits !== undefined) {
    return { kind: 'integer', declared, ...integerRange(BigInt(bits), unsigned) };
  }
  switch (row.dataType) {
    case 'decimal':
      return { kind: 'decimal', declared, precision: row.precision ?? 10, scale: row.scale ?? 0, unsigned };
    case 'float':
    case 'double':
      return { kind: 'float', declared, size: row.dataType, unsigned };
    case 'timestamp':
      return { kind: 'time', declared, type: row.dataType, zone: 'UTC', fractionDigits: row.fractionDigits ?? 0 };
    case 'datetime':
      return {
        kind: 'time',
        declared,
        type: row.dataType,
        zone: metricsTimezone,
        fractionDigits: row.fractionDigits ?? 0,
      };
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
    case 'enum':
      return {
        kind: 'text',
        declared,
        maxCharacters: row.characters,
        maxBytes: row.bytes,
        characterSet: row.characterSet,
        collation: row.collation,
      };
    default:
      return undefined;
  }
}

function integerRange(bits: bigint, unsigned: boolean): { min: bigint; max: bigint } {
  return unsigned ? { min: 0n, max: 2n ** bits - 1n } : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}
