import { z } from 'zod';
import { ApiError } from '../../errors.ts';
import { createSigner } from '../../signer.ts';
import { maxCursorLength } from '../model/schema.ts';

const storedValue = z.union([z.string(), z.number()]);

const cursorSchema = z.strictObject({
  /** The digest of the question that it goes on with. */
  question: z.string(),
  /** The time range of the first page: `now` and defaults do not move from page to page. */
  from: z.int(),
  to: z.int(),
  /** The last call so far: the value that it is ordered by, exactly as the database gave it, and its id. */
  value: storedValue.nullable(),
  id: storedValue,
});

/** Where a page of calls ended. */
export type Cursor = z.infer<typeof cursorSchema>;

/** Cursors as callers see them: signed, so that nobody can make or change one. They hold nothing secret. */
export interface Cursors {
  write(cursor: Cursor): Promise<string>;
  /** Throws `invalid_request` for a text that `write` did not make. */
  read(text: string): Promise<Cursor>;
}

/** The first of `secrets` signs, all of them verify. */
export function createCursors(secrets: readonly string[]): Cursors {
  const signer = createSigner(secrets, {
    keyPurpose: 'ai-metrics cursor HS256',
    type: 'ai-metrics-cursor',
    maxLength: maxCursorLength,
  });
  return {
    write: (cursor) => signer.sign(cursor),
    read: async (text) => {
      const cursor = cursorSchema.safeParse(await signer.verify(text));
      if (!cursor.success) {
        throw invalidCursor();
      }
      return cursor.data;
    },
  };
}

/** The one refusal of any cursor that a question did not get itself. */
export function invalidCursor(): ApiError {
  return new ApiError('invalid_request', 'cursor: is not one that this query got: leave it out to start anew');
}
