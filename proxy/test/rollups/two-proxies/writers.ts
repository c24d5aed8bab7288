import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { systemClock } from '../../../src/clock.ts';
import { wallText } from '../../../src/time/wall-text.ts';
import type { Counts, Ledger } from './ledger.ts';

export const writerCount = 6;
const rowsPerTransaction = 40;
// Between the last INSERT and COMMIT: others that began later are done before.
const longestOpenMs = 400;
const providers = ['openai', 'anthropic', 'google'];
const lateShare = 0.01;
const longestLateMs = 6 * 3_600_000;

/** Writes calls as applications do: each of several connections in transactions whose ids are committed out of order. */
export function startWriters(
  databaseUrl: string,
  rowsPerSecond: number,
  ledger: Ledger
): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const everyMs = (1000 * rowsPerTransaction * writerCount) / rowsPerSecond;
  const running = Array.from({ length: writerCount }, (_, number) =>
    write(databaseUrl, ledger, everyMs, (everyMs * number) / writerCount, stopping.signal)
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function write(
  uri: string,
  ledger: Ledger,
  everyMs: number,
  firstMs: number,
  signal: AbortSignal
): Promise<void> {
  const connection = await createConnection(uri);
  try {
    const start = performance.now() + firstMs;
    for (let number = 0; !signal.aborted; number += 1) {
      await pause(Math.max(0, start + number * everyMs - performance.now()));
      await writeOnce(connection, ledger, everyMs);
    }
  } finally {
    await connection.end();
  }
}

async function writeOnce(connection: Connection, ledger: Ledger, everyMs: number): Promise<void> {
  const calls = Array.from({ length: rowsPerTransaction }, randomCall);
  const counts: Counts = {};
  for (const [provider] of calls) {
    counts[provider] = (counts[provider] ?? 0) + 1;
  }
  await connection.query('BEGIN');
  await connection.query(
    'INSERT INTO ai_metrics (provider, model_name, start_time, end_time, total_time, cost, total_tokens) VALUES ?',
    [calls]
  );
  await pause(Math.random() * Math.min(longestOpenMs, everyMs / 2));
  ledger.sending(counts);
  await connection.query('COMMIT');
  ledger.committed(counts);
}

function randomCall(): [string, string, string, string, number, string, number] {
  const late = Math.random() < lateShare ? Math.random() * longestLateMs : 0;
  const start = systemClock() - late;
  const duration = Math.floor(Math.random() * 5000);
  const provider = providers[Math.floor(Math.random() * providers.length)] ?? 'openai';
  return [
    provider,
    `model-${String(Math.floor(Math.random() * 5))}`,
    wallText(start),
    wallText(start + duration),
    duration,
    (Math.random() / 10).toFixed(8),
    Math.floor(Math.random() * 4000),
  ];
}
