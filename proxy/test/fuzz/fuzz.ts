import fc from 'fast-check';
import { requests } from './arbitrary-requests.ts';
import { findFault, maxMs } from './check-answer.ts';
import type { FuzzRequest } from './fuzz-request.ts';
import type { FuzzTarget } from './open-fuzz-target.ts';
import { send } from './send.ts';

export interface FuzzOptions {
  inputs: number;
  seconds: number;
  seed: number;
  /** Of an input that was found with the same seed: only that one. */
  path: string | undefined;
  onInput?: (tried: Tried) => void;
}

export interface Tried {
  inputs: number;
  /** How many answers had each status; NaN: the connection was ended without one. */
  statuses: Map<number, number>;
  slowestMs: number;
  /** Of batches: questions that were answered, and refused. */
  answered: number;
  refused: number;
}

export interface Finding {
  /** The smallest such request that was found. */
  request: FuzzRequest;
  fault: string;
  path: string;
}

const shrinkMs = 60_000;

/** Sends generated requests one after the other, so that each can be told from the others, until one is answered wrongly. */
export async function fuzz(
  target: FuzzTarget,
  options: FuzzOptions
): Promise<{ tried: Tried; finding: Finding | null }> {
  const tried: Tried = { inputs: 0, statuses: new Map(), slowestMs: 0, answered: 0, refused: 0 };
  const crashes: string[] = [];
  const onCrash = (error: unknown) =>
    void crashes.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('unhandledRejection', onCrash);
  process.on('uncaughtException', onCrash);
  let shrinkUntil = Number.POSITIVE_INFINITY;
  const check = async (request: FuzzRequest) => {
    if (performance.now() > shrinkUntil) {
      return;
    }
    const fault = await tryRequest(request, target, tried, crashes);
    options.onInput?.(tried);
    if (fault !== null) {
      shrinkUntil = Math.min(shrinkUntil, performance.now() + shrinkMs);
      throw new Error(fault);
    }
  };
  try {
    const result = await fc.check(fc.asyncProperty(requests(target.endpoints), check), {
      numRuns: options.path === undefined ? options.inputs : 1,
      seed: options.seed,
      ...(options.path === undefined ? {} : { path: options.path }),
      interruptAfterTimeLimit: options.seconds * 1000,
      markInterruptAsFailure: false,
    });
    const request = result.counterexample?.[0];
    const fault = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
    return { tried, finding: request === undefined ? null : { request, fault, path: result.counterexamplePath ?? '' } };
  } finally {
    process.off('unhandledRejection', onCrash);
    process.off('uncaughtException', onCrash);
  }
}

async function tryRequest(
  request: FuzzRequest,
  target: FuzzTarget,
  tried: Tried,
  crashes: string[]
): Promise<string | null> {
  let answer = await send(request, target);
  if (answer.ms > maxMs) {
    // The machine may have been busy with something else.
    answer = await send(request, target);
  }
  tried.inputs += 1;
  tried.statuses.set(answer.status, (tried.statuses.get(answer.status) ?? 0) + 1);
  tried.answered += answer.body.split('"status":200,"frames"').length - 1;
  tried.refused += answer.body.split('"errorSource":"downstream"').length - 1;
  tried.slowestMs = Math.max(tried.slowestMs, answer.ms);
  const fault = findFault(answer.sent, answer, target.takeLines(), target);
  if (request.token.is === 'valid') {
    await renewSessions(request, answer.status, target);
  }
  const [crash] = crashes.splice(0);
  return crash === undefined ? fault : `crashed: ${crash}`;
}

/** A log-out, and sign-ins beyond the limit of sessions, end those that the next requests need. */
async function renewSessions(request: FuzzRequest, status: number, target: FuzzTarget): Promise<void> {
  const hasEnded = status === 401 || (status === 204 && request.method === 'POST');
  if (hasEnded) {
    await target.signIn();
    target.takeLines();
  }
}
