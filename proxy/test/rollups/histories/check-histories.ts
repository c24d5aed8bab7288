import fc from 'fast-check';
import type { ServerEngine } from '../../servers/server-engine.ts';
import { type History, history } from './history.ts';
import { type OpenStage, openStage } from './open-stage.ts';
import { type Played, playHistory } from './play-history.ts';
import { shapes } from './shapes.ts';

export interface CheckOptions {
  rounds: number;
  /** No more histories are begun after this time. */
  seconds: number;
  seed: number;
  /** Of a history that came out wrong before. */
  path?: string | undefined;
  /** For finding a shorter history that comes out wrong, too. */
  shrinkSeconds: number;
  onRound?: (checked: Checked) => void;
  /** Told at once, before a shorter history is looked for. */
  onFailure?: (failure: Failure) => void;
}

/** What was done so far. */
export interface Checked {
  rounds: number;
  questions: number;
  compared: number;
  refused: number;
}

export interface Failure {
  history: History;
  error: string;
  /** Fits the seed. */
  path: string;
}

/** Plays random histories on an engine until one comes out wrong. */
export async function checkHistories(
  engine: ServerEngine,
  serverUrl: string,
  options: CheckOptions
): Promise<{ checked: Checked; failure: Failure | null }> {
  const { seed, path, rounds, seconds, shrinkSeconds, onRound, onFailure } = options;
  const checked: Checked = { rounds: 0, questions: 0, compared: 0, refused: 0 };
  const player = createPlayer(engine, serverUrl);
  const property = fc.asyncProperty(history, async (one) => {
    const { questions, compared, refused } = await player.play(one);
    checked.rounds += 1;
    checked.questions += questions;
    checked.compared += compared;
    checked.refused += refused;
    onRound?.(checked);
  });
  try {
    const common = { seed, markInterruptAsFailure: false };
    const found = await fc.check(property, {
      ...common,
      ...(path === undefined ? {} : { path }),
      numRuns: rounds,
      interruptAfterTimeLimit: seconds * 1000,
      endOnFailure: true,
    });
    const failure = failureOf(found);
    if (failure === null) {
      return { checked, failure };
    }
    onFailure?.(failure);
    const total = { ...checked };
    const shorter = await fc.check(property, {
      ...common,
      path: failure.path,
      numRuns: 1,
      interruptAfterTimeLimit: shrinkSeconds * 1000,
    });
    // What came out wrong once only is told as it was.
    return { checked: total, failure: failureOf(shorter) ?? failure };
  } finally {
    await player.close();
  }
}

/** Plays one history. Throws where it comes out wrong. */
export async function checkHistory(engine: ServerEngine, serverUrl: string, one: History): Promise<void> {
  const player = createPlayer(engine, serverUrl);
  try {
    await player.play(one);
  } finally {
    await player.close();
  }
}

/** Plays histories one after the other, those of a shape in the same database. */
function createPlayer(engine: ServerEngine, serverUrl: string) {
  const stages = new Map<number, Promise<OpenStage>>();
  return {
    play: async (one: History): Promise<Played> => {
      const stage = stages.get(one.shape) ?? openStage(engine, serverUrl, shapes.at(one.shape) ?? shapes[0]);
      stages.set(one.shape, stage);
      return playHistory(one, await (await stage).prepare(one));
    },
    close: async () => {
      await Promise.all([...stages.values()].map(async (stage) => (await stage).close()));
    },
  };
}

function failureOf(details: fc.RunDetails<[History]>): Failure | null {
  if (!details.failed || details.counterexample === null) {
    return null;
  }
  const { counterexample, counterexamplePath, errorInstance } = details;
  return {
    history: counterexample[0],
    path: counterexamplePath,
    error: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
  };
}
