import { ApiError } from '../../errors.ts';

type StoredQuery = Readonly<Record<string, unknown>>;

/** Makes a query of the next version: a new object, with everything in it that it does not change. */
export type Migration = (query: StoredQuery) => StoredQuery;

/** The first one makes version 2 of version 1, and so on: a new version is one more at the end. */
export const migrations: readonly Migration[] = [];

/** The version of the query model that the schema reads. */
export const currentVersion = migrations.length + 1;

/**
 * Brings a query, as it was saved, to the newest version that `steps` lead to; without `schemaVersion` it is of version 1.
 * The answer has no `schemaVersion`; all else is still unread. Throws `invalid_request` for a version that is not known.
 */
export function migrateQuery(input: unknown, steps: readonly Migration[] = migrations): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return input;
  }
  const { schemaVersion = 1, ...saved } = input as StoredQuery;
  const newest = steps.length + 1;
  if (typeof schemaVersion !== 'number' || !Number.isInteger(schemaVersion) || schemaVersion < 1) {
    throw new ApiError('invalid_request', `schemaVersion: must be a whole number from 1 to ${String(newest)}`);
  }
  if (schemaVersion > newest) {
    throw new ApiError(
      'invalid_request',
      `schemaVersion: the query was saved by a newer plugin, in version ${String(schemaVersion)}, and the proxy reads versions up to ${String(newest)}: update the proxy`
    );
  }
  return steps.slice(schemaVersion - 1).reduce<StoredQuery>((query, step) => step(query), saved);
}
