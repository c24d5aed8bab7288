import { z } from 'zod';
import { databaseError } from '../database/errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Kind, querySchema } from './model/schema.ts';

export type AskedKind = Kind | 'dimension_values' | '(unknown)';

const kindSchema = z.object({ kind: querySchema.shape.kind });

/** Does the work and records how long it took and what came of it. */
export async function recordOutcome<Result>(
  telemetry: Telemetry,
  kind: AskedKind,
  caller: AbortSignal,
  work: () => Promise<Result>
): Promise<Result> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const result = await work();
    telemetry.queryAnswered({ kind, outcome: 'ok' }, seconds());
    return result;
  } catch (error) {
    telemetry.queryAnswered({ kind, outcome: caller.aborted ? 'caller_gone' : databaseError(error).code }, seconds());
    throw error;
  }
}

/** The kind that a question names, before anything else of it was read. */
export function askedKind(input: unknown): AskedKind {
  return kindSchema.safeParse(input).data?.kind ?? '(unknown)';
}
