import { ApiError } from '../../src/errors.ts';

/** `code: message` of the ApiError that `run` throws; throws what else it throws, and where it throws nothing. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return describeError(error);
  }
  throw new Error('It was not refused');
}

/** The same of a promise. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => {
    throw new Error('It was not refused');
  }, describeError);
}

function describeError(error: unknown): string {
  if (error instanceof ApiError) {
    return `${error.code}: ${error.message}`;
  }
  throw error;
}
