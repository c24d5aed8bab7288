import fc from 'fast-check';
import { wallText } from '../../../src/time/wall-text.ts';
import { distance } from './times.ts';
import type { Shape } from './shapes.ts';

/** A call before it has a place and a table: times are ms from the place, amounts whole. */
export interface MadeCall {
  monitor: string | null;
  provider: string | null;
  model: string | null;
  start: number;
  /** ms after the start. */
  end: number | null;
  duration: number | null;
  cost: number | null;
  total: number | null;
  prompt: number | null;
  completion: number | null;
}

export const providers = ['openai', 'OpenAI', 'openai ', 'anthropic', 'Zürich', '(none)', '', null] as const;
export const models = ['gpt-5', 'GPT-5', 'gpt-5 ', 'claude', `o'4"\\%_`, '模型😀', '', null] as const;
export const monitors = ['sales', 'support', 'batch', null] as const;

const duration = fc.oneof(
  fc.constantFrom(null, 0, 1, 999, 1000, 1001, 10_000, 10_001),
  fc.integer({ min: 1, max: 2000 }),
  fc.integer({ min: 1, max: 600_000 })
);
const cost = fc.oneof(
  fc.constantFrom(null, 0, 1),
  fc.integer({ min: -50, max: 5000 }),
  fc.integer({ min: 1, max: 200_000 })
);
const tokens = fc.oneof(fc.constantFrom(null, 0), fc.integer({ min: 0, max: 5000 }));

export const call: fc.Arbitrary<MadeCall> = fc.record({
  monitor: fc.constantFrom(...monitors),
  // Half of them alike, so that many calls meet in a page.
  provider: fc.oneof(fc.constantFrom(...providers), fc.constant('openai')),
  model: fc.oneof(fc.constantFrom(...models), fc.constant('gpt-5')),
  start: distance,
  end: fc.option(fc.integer({ min: 0, max: 700_000 })),
  duration,
  cost,
  total: tokens,
  prompt: tokens,
  completion: tokens,
});

/** The columns of `ai_metrics`, except for the id. */
export const columns = [
  'monitor_id',
  'provider',
  'model_name',
  'start_time',
  'end_time',
  'total_time',
  'cost',
  'total_tokens',
  'prompt_tokens',
  'completion_tokens',
] as const;

export type Value = string | number | bigint | null;

/** The values of `columns`. */
export function rowOf(made: MadeCall, place: number, shape: Shape): Value[] {
  const start = place + made.start;
  return [
    made.monitor,
    made.provider,
    made.model,
    wallText(start),
    made.end === null ? null : wallText(start + made.end),
    made.duration === null || !hasFractions(shape) ? made.duration : made.duration + (made.duration % 8) / 8,
    made.cost === null ? null : costOf(made.cost, shape),
    made.total,
    made.prompt,
    made.completion,
  ];
}

function hasFractions({ duration: type }: Shape): boolean {
  return !type.startsWith('INT');
}

function costOf(units: number, { costStep }: Shape): Value {
  if (costStep === null) {
    // Sums of numbers below 0, too, could be of any relative error.
    return Math.abs(units) / 7;
  }
  return costStep < 1e-2 ? (units * costStep).toFixed(8) : units * costStep;
}
