import { isRecord } from './is-record';

export interface DimensionValues {
  values: string[];
  /** Whether there are more than these. */
  truncated: boolean;
}

/** Reads the body of `GET /dimensions/:name/values`. Throws when it is none. */
export function readDimensionValues(body: unknown): DimensionValues {
  const data = isRecord(body) ? body.data : undefined;
  if (!isRecord(data) || !Array.isArray(data.values)) {
    throw new Error('The answer is not a list of values: does the address lead to the AI Metrics proxy?');
  }
  return { values: data.values.map(String), truncated: data.truncated === true };
}
