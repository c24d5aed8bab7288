import fc from 'fast-check';
import { call, type MadeCall } from './calls.ts';
import { type Question, question } from './questions.ts';
import { shapes } from './shapes.ts';
import { anyStep, episode, growingStep, type Step } from './steps.ts';
import { places } from './times.ts';

/** What happens to one table and its rollups, and what is asked after each step. Plain data: it can be printed and played again. */
export interface History {
  /** A number of `shapes`. */
  shape: number;
  /** ms since 1970. */
  place: number;
  /** So many calls are put into rollups at once. */
  stepCalls: number;
  /** A block with this many calls is sealed. */
  blockCalls: number;
  /** How much who answers may keep, in bytes; 0: nothing. */
  cache: number;
  /** What the table has at the beginning. */
  first: MadeCall[];
  steps: { step: Step; questions: Question[] }[];
  /** Asked after every step: what is kept for it has to follow the table. Null: nothing is. */
  again: Question | null;
  /** Asked at the end, when every block was audited. */
  last: Question[];
}

function historyOf(step: fc.Arbitrary<Step>): fc.Arbitrary<History> {
  const asked = (one: fc.Arbitrary<Step>) => fc.record({ step: one, questions: fc.array(question, { maxLength: 2 }) });
  const several = episode.chain((steps) => fc.tuple(...steps.map((one) => asked(fc.constant(one)))));
  return fc.record({
    shape: fc.nat(shapes.length - 1),
    place: fc.constantFrom(...places),
    stepCalls: fc.integer({ min: 2, max: 30 }),
    blockCalls: fc.integer({ min: 2, max: 30 }),
    cache: fc.constantFrom(0, 100_000, 4_000_000),
    first: fc.array(call, { maxLength: 25, size: 'max' }),
    steps: fc
      .array(fc.oneof({ weight: 12, arbitrary: asked(step).map((one) => [one]) }, { weight: 1, arbitrary: several }), {
        minLength: 4,
        maxLength: 25,
        size: 'max',
      })
      .map((parts) => parts.flat()),
    again: fc.option(question, { freq: 2 }),
    last: fc.array(question, { minLength: 1, maxLength: 5, size: 'max' }),
  });
}

/** Half of them change nothing that rollups have already: there every answer has to be right at once. */
export const history: fc.Arbitrary<History> = fc.oneof(historyOf(growingStep), historyOf(anyStep));
