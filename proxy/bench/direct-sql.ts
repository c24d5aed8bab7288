import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { ToolError } from '../src/cli/run-tool.ts';
import { tlsOptions } from '../src/database/database-tls.ts';
import type { DatabaseAddress } from '../src/database/database-url.ts';
import { offsetSpans } from '../src/time/time-zone.ts';
import type { Question } from './questions.ts';

/** `[from, to)` in ms since 1970, at whole seconds. No call starts at `to`. */
export interface Range {
  from: number;
  to: number;
}

/**
 * A connection as Grafana's built-in MySQL data source has it: text protocol, and a session as the server makes it but
 * for its time zone, which has to be the one that times are stored in.
 */
export async function connectDirectly(
  address: Extract<DatabaseAddress, { kind: 'mysql' }>,
  zone: string
): Promise<Connection> {
  const { host, port, user, password, database, tls } = address;
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    database,
    charset: 'utf8mb4_general_ci',
    ...(tls === null ? {} : { ssl: tlsOptions(tls) }),
  });
  await connection.query('SET SESSION time_zone = ?', [zone]);
  return connection;
}

/** Asks a question and reads its rows to the last. */
export async function askDirectly(connection: Connection, question: Question, { from, to }: Range): Promise<unknown> {
  // Both ends of BETWEEN are in it, which is the same here: no call starts at `to`.
  const parameters = [from / 1000, to / 1000, ...(question.model === undefined ? [] : [question.model])];
  const [rows] = await connection.query<RowDataPacket[]>(question.directSql, parameters);
  return rows;
}

/** The zone of stored times as every server knows it, without tables of zones: such as `+08:00`. */
export function fixedOffset(zone: string, { from, to }: Range): string {
  const [span, ...others] = offsetSpans(zone, from, to);
  if (span === undefined || others.length > 0) {
    throw new ToolError(
      `METRICS_TIMEZONE: the clocks of ${zone} change within the time that is measured, which the SQL of the built-in data source can't follow`
    );
  }
  const minutes = Math.abs(span.offset) / 60_000;
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return `${span.offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}
