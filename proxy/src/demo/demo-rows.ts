import type { NewCall } from '../database/insert-calls.ts';
import { createStoredTimeWriter, type StoredTimeType } from '../database/stored-time.ts';
import { generateCalls, type GenerateOptions } from './generate-calls.ts';

/** Generated calls as rows, their times written as the columns keep them. */
export function* demoRows(
  options: GenerateOptions,
  columns: { start_time: StoredTimeType; end_time: StoredTimeType }
): Generator<NewCall, void, undefined> {
  const startText = createStoredTimeWriter(columns.start_time);
  const endText = createStoredTimeWriter(columns.end_time);
  for (const { startTime, endTime, ...measures } of generateCalls(options)) {
    yield {
      ...measures,
      start_time: startText(startTime),
      end_time: endTime === null ? null : endText(endTime),
    };
  }
}
