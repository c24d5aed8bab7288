import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { type Change, type TableStep } from './steps.ts';
import { columns, type MadeCall, rowOf, type Value } from './calls.ts';
import type { Shape } from './shapes.ts';

/** A table of calls, and those who write into it. */
export interface CallsTable {
  /** Does a step. Returns the ids of committed calls that rollups may miss for a while if they are that far already. */
  play: (step: TableStep) => Promise<bigint[]>;
  commitAll: () => Promise<bigint[]>;
  /** Rolls back what is open, and empties the table. */
  reset: (place: number, seconds: () => number) => Promise<void>;
  close: () => Promise<void>;
}

interface Writer {
  connection: Connection;
  open: boolean;
  /** Calls that it inserted, and when; `fresh` if their ids were higher than all others then. */
  inserted: { id: bigint; at: number; fresh: boolean }[];
  changed: bigint[];
}

const writerCount = 3;

export async function openTable(databaseUrl: string, shape: Shape, lagSeconds: number): Promise<CallsTable> {
  const main = await connect(databaseUrl);
  const writers: Writer[] = [];
  for (let index = 0; index < writerCount; index += 1) {
    writers.push({ connection: await connect(databaseUrl), open: false, inserted: [], changed: [] });
  }
  let place = 0;
  let seconds = () => 0;
  let highest = shape.firstId - 1n;

  const insert = async (connection: Connection, calls: readonly MadeCall[]) => {
    const first = await insertRows(
      connection,
      calls.map((call) => rowOf(call, place, shape))
    );
    const inserted = calls.map((_, index) => ({ id: first + BigInt(index), at: seconds(), fresh: first > highest }));
    const last = first + BigInt(calls.length) - 1n;
    highest = last > highest ? last : highest;
    return inserted;
  };
  const unlocked = (ids: readonly bigint[], except?: Writer) => {
    const locked = new Set(writers.filter((writer) => writer !== except).flatMap(({ changed }) => changed));
    return ids.filter((id) => !locked.has(id));
  };
  const begin = async (writer: Writer) => {
    if (!writer.open) {
      await writer.connection.query('BEGIN');
      writer.open = true;
    }
  };
  const end = async (writer: Writer, statement: 'COMMIT' | 'ROLLBACK'): Promise<bigint[]> => {
    if (!writer.open) {
      return [];
    }
    await writer.connection.query(statement);
    const late = writer.inserted.filter(({ at, fresh }) => !fresh || seconds() - at >= lagSeconds);
    const changed = [...writer.changed, ...late.map(({ id }) => id)];
    Object.assign(writer, { open: false, inserted: [], changed: [] });
    return statement === 'COMMIT' ? changed : [];
  };
  const writerOf = (number: number) => writers[number % writerCount] as Writer;

  const play = async (step: TableStep): Promise<bigint[]> => {
    switch (step.does) {
      case 'insert':
        return (await insert(main, step.calls)).filter(({ fresh }) => !fresh).map(({ id }) => id);
      case 'insert lower': {
        const taken = new Set([
          ...(await readIds(main)),
          ...writers.flatMap(({ inserted }) => inserted.map(({ id }) => id)),
        ]);
        const id = freeId(highest, BigInt(step.id), taken, shape);
        if (id === null) {
          return [];
        }
        await insertRows(main, [[id, ...rowOf(step.call, place, shape)]], ['id', ...columns]);
        return [id];
      }
      case 'write': {
        const writer = writerOf(step.writer);
        await begin(writer);
        writer.inserted.push(...(await insert(writer.connection, step.calls)));
        return [];
      }
      case 'change open': {
        const writer = writerOf(step.writer);
        if (writer.open) {
          const ids = pick(unlocked(await readIds(writer.connection), writer), step.change.row, step.change.rows);
          await change(writer.connection, ids, step.change, place, shape);
          writer.changed.push(...ids);
        }
        return [];
      }
      case 'commit':
        return end(writerOf(step.writer), 'COMMIT');
      case 'roll back':
        return end(writerOf(step.writer), 'ROLLBACK');
      case 'update':
      case 'update newest': {
        const order = step.does === 'update' ? 'id' : 'id DESC';
        const ids = pick(unlocked(await readIds(main, order)), step.change.row, step.change.rows);
        await change(main, ids, step.change, place, shape);
        return ids;
      }
      case 'delete':
        return remove(main, pick(unlocked(await readIds(main)), step.row, step.rows));
      case 'purge': {
        const ids = unlocked(await readIds(main, 'start_time, id'));
        return remove(main, ids.slice(0, Math.floor((ids.length * step.percent) / 100)));
      }
      case 'empty': {
        for (const writer of writers) {
          await end(writer, 'ROLLBACK');
        }
        const ids = await readIds(main);
        await main.query(step.truncate ? 'TRUNCATE TABLE ai_metrics' : 'DELETE FROM ai_metrics');
        return ids;
      }
      default:
        return step satisfies never;
    }
  };
  return {
    play,
    commitAll: async () => {
      const changed: bigint[] = [];
      for (const writer of writers) {
        changed.push(...(await end(writer, 'COMMIT')));
      }
      return changed;
    },
    reset: async (newPlace, clock) => {
      for (const writer of writers) {
        await end(writer, 'ROLLBACK');
      }
      await main.query('DELETE FROM ai_metrics');
      await main.query(`ALTER TABLE ai_metrics AUTO_INCREMENT = ${String(shape.firstId)}`);
      highest = shape.firstId - 1n;
      place = newPlace;
      seconds = clock;
    },
    close: async () => {
      await Promise.all([main, ...writers.map(({ connection }) => connection)].map((connection) => connection.end()));
    },
  };
}

async function connect(uri: string): Promise<Connection> {
  const connection = await createConnection({
    uri,
    supportBigNumbers: true,
    bigNumberStrings: true,
    charset: 'utf8mb4',
  });
  // Steps of a history never wait for each other's locks.
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await connection.query("SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 2");
  return connection;
}

async function readIds(connection: Connection, order = 'id'): Promise<bigint[]> {
  const [rows] = await connection.query<RowDataPacket[]>(`SELECT id FROM ai_metrics ORDER BY ${order}`);
  return rows.map((row) => BigInt(String(row['id'])));
}

/** Returns the first id; those of the other rows follow. */
async function insertRows(
  connection: Connection,
  rows: readonly Value[][],
  names: readonly string[] = columns
): Promise<bigint> {
  const [{ insertId }] = await connection.query<ResultSetHeader>(
    `INSERT INTO ai_metrics (${names.join(', ')}) VALUES ?`,
    [rows]
  );
  return BigInt(String(insertId));
}

async function change(
  connection: Connection,
  ids: readonly bigint[],
  { columns: changed, call }: Change,
  place: number,
  shape: Shape
): Promise<void> {
  const row = rowOf(call, place, shape);
  const values = Object.fromEntries(changed.map((name) => [name, row[columns.indexOf(name)]]));
  // One by one: a statement about several may look at, and wait for, all others.
  for (const id of ids) {
    await connection.query('UPDATE ai_metrics SET ? WHERE id = ?', [values, id]);
  }
}

async function remove(connection: Connection, ids: readonly bigint[]): Promise<bigint[]> {
  for (const id of ids) {
    await connection.query('DELETE FROM ai_metrics WHERE id = ?', [id]);
  }
  return [...ids];
}

function pick(ids: readonly bigint[], first: number, count: number): bigint[] {
  const start = ids.length === 0 ? 0 : first % ids.length;
  return ids.slice(start, start + count);
}

/** The first one that is free from some way below the highest. */
function freeId(highest: bigint, below: bigint, taken: ReadonlySet<bigint>, { id: type }: Shape): bigint | null {
  for (let id = highest - 1n - (below % 20n); id > highest - 60n; id -= 1n) {
    // To the servers 0 means the next one.
    const possible = id > 0n || (id < 0n && !type.includes('UNSIGNED'));
    if (possible && !taken.has(id)) {
      return id;
    }
  }
  return null;
}
