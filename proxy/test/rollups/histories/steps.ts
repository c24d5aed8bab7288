import fc from 'fast-check';
import { call, columns, type MadeCall } from './calls.ts';

/**
 * Something that happens to the table or its rollups. Rows, writers and statements are named by numbers that are taken
 * modulo what there is, so that a history stays one when steps are taken out of it.
 */
export type Step = TableStep | RollupStep;

export type TableStep =
  | { does: 'insert'; calls: MadeCall[] }
  /** With an explicit id that is not taken, below the highest one. */
  | { does: 'insert lower'; id: number; call: MadeCall }
  /** In a transaction that is left open, begun where the writer has none. */
  | { does: 'write'; writer: number; calls: MadeCall[] }
  | { does: 'change open'; writer: number; change: Change }
  | { does: 'commit' | 'roll back'; writer: number }
  | { does: 'update'; change: Change }
  /** The same of the newest calls. */
  | { does: 'update newest'; change: Change }
  | { does: 'delete'; row: number; rows: number }
  /** Deletes the oldest calls, in percent. */
  | { does: 'purge'; percent: number }
  | { does: 'empty'; truncate: boolean };

/** Of some rows one after the other: a column gets the value that it has in this call. */
export interface Change {
  row: number;
  rows: number;
  columns: (typeof columns)[number][];
  call: MadeCall;
}

/** `begin anew` takes all rollups away. */
export type Work = 'follow' | 'seal' | 'audit due' | 'audit all' | 'begin anew';

export type RollupStep =
  | { does: 'wait'; seconds: number }
  /** Follows twice, with the lag between. */
  | { does: 'catch up'; builder: number }
  | { does: 'work'; builder: number; work: Work }
  /** The builder dies at a statement, in this process or as one of its own, and another begins anew. */
  | (Interrupted & { does: 'crash'; fault: 'lost' | 'unanswered'; ownProcess: boolean })
  /** The builder stops at a statement for so long that the other takes the lease and works; then it goes on. */
  | (Interrupted & { does: 'take over'; other: Work })
  /** An answer stops at a statement until the builder has worked. */
  | (Interrupted & { does: 'work during an answer' })
  /** The newest calls change while the builder stops at a statement. */
  | (Interrupted & { does: 'change during work'; change: Change });

interface Interrupted {
  builder: number;
  /** It takes the lease first, and there is something to follow. */
  ready: boolean;
  work: Work;
  statement: number;
}

const small = fc.nat(200);
const calls = fc.array(call, { minLength: 1, maxLength: 8, size: 'max' });
const writer = fc.nat(2);
const builder = fc.nat(1);
const statement = fc.oneof(fc.nat(12), fc.nat(60));
const work: fc.Arbitrary<Work> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('follow' as const) },
  { weight: 6, arbitrary: fc.constant('seal' as const) },
  { weight: 3, arbitrary: fc.constant('audit due' as const) },
  { weight: 6, arbitrary: fc.constant('audit all' as const) },
  { weight: 1, arbitrary: fc.constant('begin anew' as const) }
);
const interrupted = { builder, ready: fc.nat(3).map((number) => number > 0), work, statement };
const changeParts = {
  row: small,
  rows: fc.integer({ min: 1, max: 4 }),
  columns: fc.uniqueArray(fc.constantFrom(...columns), { minLength: 1, maxLength: 3 }),
  call,
};
const change = fc.record(changeParts);
const does = <const Name extends string>(name: Name) => fc.constant(name);

/** Steps after which design.md promises answers that are equal at once. */
const growing: fc.WeightedArbitrary<Step>[] = [
  { weight: 8, arbitrary: fc.record({ does: does('insert'), calls }) },
  { weight: 3, arbitrary: fc.record({ does: does('write'), writer, calls }) },
  { weight: 2, arbitrary: fc.record({ does: does('commit'), writer }) },
  { weight: 1, arbitrary: fc.record({ does: does('roll back'), writer }) },
  { weight: 2, arbitrary: fc.record({ does: does('wait'), seconds: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 6, arbitrary: fc.record({ does: does('catch up'), builder }) },
  { weight: 6, arbitrary: fc.record({ does: does('work'), builder, work }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: does('crash'),
      ...interrupted,
      fault: fc.constantFrom('lost' as const, 'unanswered' as const),
      ownProcess: fc.nat(39).map((number) => number === 39),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: does('take over'), ...interrupted, other: work }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: does('work during an answer'), ...interrupted, statement: fc.nat(6) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: does('change during work'),
      ...interrupted,
      ready: fc.constant(true),
      work: fc.constant('follow' as const),
      statement: fc.noBias(fc.nat(16)),
      change: fc.record({ ...changeParts, row: fc.nat(3) }),
    }),
  },
];

const changing: fc.WeightedArbitrary<Step>[] = [
  { weight: 4, arbitrary: fc.record({ does: does('update'), change }) },
  { weight: 1, arbitrary: fc.record({ does: does('change open'), writer, change }) },
  { weight: 2, arbitrary: fc.record({ does: does('delete'), row: small, rows: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ does: does('purge'), percent: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ does: does('insert lower'), id: small, call }) },
  { weight: 1, arbitrary: fc.record({ does: does('empty'), truncate: fc.boolean() }) },
];

export const growingStep: fc.Arbitrary<Step> = fc.oneof(...growing);
export const anyStep: fc.Arbitrary<Step> = fc.oneof(...growing, ...changing);

/** Steps that are seldom found together by chance. */
export const episode: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 3, arbitrary: overtakenWrite() },
  { weight: 1, arbitrary: begunAnewTwice() }
);

/** A transaction that ends after later ones, but sooner than the lag allows, while somebody builds. */
function overtakenWrite(): fc.Arbitrary<Step[]> {
  return fc
    .record({ writer, builder, calls, later: calls, seconds: fc.integer({ min: 1, max: 9 }) })
    .map(({ writer: number, builder: who, calls: written, later, seconds }) => [
      { does: 'commit', writer: number },
      { does: 'write', writer: number, calls: written },
      { does: 'insert', calls: later },
      { does: 'work', builder: who, work: 'follow' },
      { does: 'wait', seconds },
      { does: 'work', builder: who, work: 'follow' },
      { does: 'commit', writer: number },
    ]);
}

/** Two builds that take about as many steps, with other calls. */
function begunAnewTwice(): fc.Arbitrary<Step[]> {
  return fc.record({ builder, calls }).map(({ builder: who, calls: more }) => [
    // The lease of whoever has it ends, and who lost one notices that at the first attempt.
    { does: 'wait', seconds: 11 },
    { does: 'work', builder: who, work: 'follow' },
    { does: 'work', builder: who, work: 'begin anew' },
    { does: 'catch up', builder: who },
    { does: 'insert', calls: more },
    { does: 'work', builder: who, work: 'begin anew' },
    { does: 'catch up', builder: who },
  ]);
}
