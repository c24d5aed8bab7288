import type { Insertable, Kysely } from 'kysely';
import type { Engine } from './dialect.ts';
import type { AiMetricsTable, MetricsTables } from './tables.ts';

/** A row of ai_metrics as it is written; without `id` the database counts on. */
export type NewCall = Insertable<AiMetricsTable>;

// SQLite takes 32,766 parameters at most; servers are quickest with a few thousand rows.
const rowsPerInsert: Record<Engine, number> = { mysql: 5000, mariadb: 5000, sqlite: 2500 };

// Far below the smallest max_allowed_packet that is usual (16 MiB), also when every character is escaped.
const textPerInsert = 1_048_576;

/**
 * Inserts calls in batches and returns how many there were. While the server works on one batch the next one is made.
 * `onProgress` is told the number so far.
 */
export async function insertCalls(
  kysely: Kysely<MetricsTables>,
  engine: Engine,
  calls: Iterable<NewCall> | AsyncIterable<NewCall>,
  onProgress: (inserted: number) => void
): Promise<number> {
  let inserted = 0;
  let pending = Promise.resolve(0);
  const settle = async () => {
    inserted += await pending;
    onProgress(inserted);
  };
  try {
    for await (const batch of batches(calls, rowsPerInsert[engine])) {
      await settle();
      pending = insertBatch(kysely, batch);
      // Awaited in a moment, with the next batch: until then a failure is not an unhandled one.
      pending.catch(() => undefined);
    }
  } catch (error) {
    // The statement in flight belongs to the caller's transaction: it ends before that does.
    await pending.catch(() => undefined);
    throw error;
  }
  await settle();
  return inserted;
}

async function* batches(
  calls: Iterable<NewCall> | AsyncIterable<NewCall>,
  maxRows: number
): AsyncGenerator<NewCall[], void, undefined> {
  let batch: NewCall[] = [];
  let text = 0;
  for await (const call of calls) {
    batch.push(call);
    text += (call.monitor_id?.length ?? 0) + (call.provider?.length ?? 0) + (call.model_name?.length ?? 0);
    if (batch.length === maxRows || text >= textPerInsert) {
      yield batch;
      batch = [];
      text = 0;
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

async function insertBatch(kysely: Kysely<MetricsTables>, calls: NewCall[]): Promise<number> {
  await kysely.insertInto('ai_metrics').values(calls).execute();
  return calls.length;
}
