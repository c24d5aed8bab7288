import type { ColumnType } from './column-type.ts';
import type { TableIndex } from './table-index.ts';

export interface MissingIndex {
  columns: string[];
  /** What is slow without it. */
  slow: string;
  ddl: string;
}

interface WantedIndex {
  name: string;
  columns: string[];
  slow: string;
  /** Only where the first column is of this kind, on a server: SQLite finds rows by their ids in any case. */
  serversOnly?: ColumnType['kind'];
}

const wanted: Record<'ai_metrics' | 'users', WantedIndex[]> = {
  ai_metrics: [
    {
      name: 'ai_metrics_id',
      columns: ['id'],
      slow: 'rollups are built by ranges of ids, so there can be none, and long ranges are read call by call',
      serversOnly: 'integer',
    },
    {
      name: 'ai_metrics_start_time',
      columns: ['start_time', 'provider', 'model_name'],
      slow: 'every question reads more of the table than it needs',
    },
    {
      name: 'ai_metrics_monitor_id',
      columns: ['monitor_id', 'start_time'],
      slow: 'questions about one monitor read all calls of their time',
    },
  ],
  users: [{ name: 'users_login_name', columns: ['login_name'], slow: 'every sign-in reads all users' }],
};

// InnoDB's keys have 3,072 bytes at most.
const widestIndexedText = 1000;

/** The indexes that a table ought to have and has not, each with the statement that makes it. */
export function missingIndexes(
  table: keyof typeof wanted,
  columns: Partial<Record<string, ColumnType>>,
  indexes: TableIndex[],
  storageEngine: string | null
): MissingIndex[] {
  return wanted[table]
    .filter(
      ({ columns: [first = ''], serversOnly }) =>
        serversOnly === undefined || (storageEngine !== null && columns[first]?.kind === serversOnly)
    )
    .map((index) => ({ ...index, columns: upToFirstWide(index.columns, columns) }))
    .filter((index) => index.columns.length > 0 && !indexes.some((present) => startsWith(present, index.columns)))
    .map(({ name, columns: needed, slow }) => ({
      columns: needed,
      slow,
      ddl: ddlOf(freeName(name, indexes), table, needed, storageEngine),
    }));
}

/** Text that is too wide for a key ends the index: a prefix of it would not answer from the index anyway. */
function upToFirstWide(names: string[], columns: Partial<Record<string, ColumnType>>): string[] {
  const wide = names.findIndex((name) => {
    const type = columns[name];
    return type?.kind === 'text' && type.maxBytes !== null && type.maxBytes > widestIndexedText;
  });
  return wide === -1 ? names : names.slice(0, wide);
}

function startsWith(index: TableIndex, columns: string[]): boolean {
  return columns.every((column, position) => index.columns[position] === column);
}

function freeName(name: string, indexes: TableIndex[]): string {
  const taken = new Set(indexes.map((index) => index.name.toLowerCase()));
  let candidate = name;
  for (let number = 2; taken.has(candidate); number += 1) {
    candidate = `${name}_${String(number)}`;
  }
  return candidate;
}

function ddlOf(name: string, table: string, columns: string[], storageEngine: string | null): string {
  // Without these, a server that can't build the index beside running writes would lock the table for the whole time.
  const online = storageEngine?.toLowerCase() === 'innodb' ? ' ALGORITHM=INPLACE LOCK=NONE' : '';
  return `CREATE INDEX ${name} ON ${table} (${columns.join(', ')})${online}`;
}
