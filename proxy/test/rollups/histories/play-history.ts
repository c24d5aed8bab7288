import type { Seen } from './ask.ts';
import { difference } from './differences.ts';
import type { History } from './history.ts';
import type { Question } from './questions.ts';
import type { RollupStep, Step, TableStep } from './steps.ts';
import type { CallsTable } from './table.ts';
import type { Shape } from './shapes.ts';

/** The rollups of a table, and the proxies that build and read them. */
export interface RollupsUnderTest {
  /** Does a step; `meanwhile` is called where something is under way. Returns whether every block was audited. */
  play: (step: RollupStep, meanwhile: () => Promise<void>) => Promise<boolean>;
  /** Everything is committed: brings them up to the last call, and audits every block. */
  finish: () => Promise<void>;
  answer: (question: Question) => Promise<Seen>;
  /** See checkStored. */
  check: (promised: boolean) => Promise<void>;
  watermark: () => Promise<bigint | null>;
  /** On the clock that the lag is measured by. */
  seconds: () => number;
}

export interface Stage {
  shape: Shape;
  table: CallsTable;
  rollups: RollupsUnderTest;
  answerFromRows: (question: Question) => Promise<Seen>;
}

export interface Played {
  questions: number;
  /** Of these, those whose answers had to be equal to those of rows. */
  compared: number;
  refused: number;
}

/** A history that came out wrong, and where. */
export class WrongHistory extends Error {}

/**
 * Plays a history. Throws a WrongHistory where an answer is not the one that rows give, while it has to be: at every
 * moment until calls change that are in the rollups already, and again once every block was audited.
 */
export async function playHistory({ first, steps, again, last }: History, stage: Stage): Promise<Played> {
  const { table, rollups } = stage;
  const played: Played = { questions: 0, compared: 0, refused: 0 };
  let promised = true;

  const ask = async (question: Question) => {
    const answer = await rollups.answer(question);
    const raw = await stage.answerFromRows(withThreshold(question, answer));
    played.questions += 1;
    played.refused += 'refused' in raw ? 1 : 0;
    if (promised) {
      played.compared += 1;
      const wrong = difference(answer, raw, stage.shape.costStep !== null);
      if (wrong !== null) {
        throw new WrongHistory(`${wrong}\nasked: ${JSON.stringify(question)}`);
      }
    }
  };
  const takeNote = async (changed: readonly bigint[]) => {
    const watermark = await rollups.watermark();
    promised &&= watermark === null || changed.every((id) => id > watermark);
  };

  if (first.length > 0) {
    await table.play({ does: 'insert', calls: first });
  }
  for (const [index, { step, questions }] of steps.entries()) {
    try {
      if (isTableStep(step)) {
        await takeNote(await table.play(step));
      } else {
        const [question] = questions;
        const audited = await rollups.play(step, async () => {
          if (step.does === 'change during work') {
            await takeNote(await table.play({ does: 'update newest', change: step.change }));
          } else if (question !== undefined) {
            await ask(question);
          }
        });
        promised ||= audited;
        await rollups.check(promised);
      }
      for (const question of again === null ? questions : [...questions, again]) {
        await ask(question);
      }
    } catch (error) {
      throw located(error, `step ${String(index)}, ${JSON.stringify(step)}`);
    }
  }
  try {
    await takeNote(await table.commitAll());
    await rollups.finish();
    promised = true;
    await rollups.check(promised);
    for (const question of last) {
      await ask(question);
    }
  } catch (error) {
    throw located(error, 'the end');
  }
  return played;
}

/** The same question about the threshold of slow calls that the answer says it has: rollups know the sketch's edges only. */
function withThreshold(question: Question, answer: Seen): Question {
  const moved = 'refused' in answer ? undefined : answer.notices.find((text) => movedThreshold.test(text));
  const slowMs = moved === undefined ? undefined : movedThreshold.exec(moved)?.[1];
  const { query } = question;
  return slowMs === undefined
    ? question
    : { ...question, query: { ...query, parameters: { ...query.parameters, slowMs } } };
}

const movedThreshold = /^A call is slow that takes longer than ([\d.]+) ms; .* moved /;

const tableSteps = new Set<Step['does']>([
  'insert',
  'insert lower',
  'write',
  'change open',
  'commit',
  'roll back',
  'update',
  'update newest',
  'delete',
  'purge',
  'empty',
] satisfies TableStep['does'][]);

function isTableStep(step: Step): step is TableStep {
  return tableSteps.has(step.does);
}

function located(error: unknown, place: string): WrongHistory {
  const words = error instanceof WrongHistory || !(error instanceof Error) ? String(error) : (error.stack ?? '');
  return new WrongHistory(`at ${place}: ${words}`, { cause: error });
}
