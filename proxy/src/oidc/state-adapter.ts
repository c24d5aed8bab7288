import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { z } from 'zod';
import { storedInteger } from '../auth/stored-values.ts';
import { databaseError } from '../database/errors.ts';
import { abortable, type Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { withDeadline } from '../auth/deadline.ts';
import { describeCause } from '../describe-cause.ts';
import type { Logger } from '../logger.ts';
import type { Sealer } from '../sealer.ts';

export interface StateDependencies {
  database: Database<StateTables>;
  sealer: Sealer;
  timeoutMs: number;
  log: Logger;
}

// Each sign-in clears some of what is over, so that there is never much of it.
const maxCleared = 200;

// Of what is given no end: all that is kept has one.
const longestSeconds = 24 * 3600;

// What goes with a grant. An interaction and a session name one, too, and go on.
const revocable = new Set(['Grant', 'AuthorizationCode', 'AccessToken']);

// What anybody can make, before he is known.
const begun = new Set(['Interaction', 'Session']);

const payloadSchema = z.record(z.string(), z.unknown());

/**
 * Keeps what oidc-provider knows of sign-ins in `aitoys_oidc_states`: sealed, under hashes of ids, by the database's clock,
 * for all proxies. While the database is away everything is a 503.
 */
export function createStateAdapter(dependencies: StateDependencies): (model: string) => Adapter {
  return (model) => {
    const store = (work: (signal: AbortSignal) => Promise<unknown>) => inTime(dependencies, work);
    const hashOf = (id: string) => hash(model, id);
    return {
      upsert: (id, payload, expiresIn) =>
        store(async (signal) => {
          const grantId = model === 'Grant' ? id : payload.grantId;
          await write(
            dependencies,
            hashOf(id),
            { payload, grantId: revocable.has(model) ? grantId : undefined, expiresIn },
            signal
          );
          if (begun.has(model)) {
            await clearOrWarn(dependencies, signal);
          }
        }) as Promise<undefined>,
      find: (id) => store((signal) => read(dependencies, 'id_hash', hashOf(id), signal)) as Promise<AdapterPayload>,
      findByUid: (uid) =>
        store((signal) => read(dependencies, 'uid_hash', hash('uid', uid), signal)) as Promise<AdapterPayload>,
      // For devices without a browser, which can't sign in here.
      findByUserCode: () => Promise.resolve(undefined),
      consume: (id) => store((signal) => consume(dependencies.database, hashOf(id), signal)) as Promise<undefined>,
      destroy: (id) =>
        store((signal) => remove(dependencies.database, [{ id_hash: hashOf(id) }], signal)) as Promise<undefined>,
      revokeByGrantId: (grantId) =>
        store((signal) => revoke(dependencies.database, hash('grant', grantId), signal)) as Promise<undefined>,
    };
  };
}

/** For clients that are not in the settings: there are none. */
export function createNoAdapter(): Adapter {
  const nothing = () => Promise.resolve(undefined);
  return {
    upsert: nothing,
    find: nothing,
    findByUid: nothing,
    findByUserCode: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}

async function write(
  { database, sealer }: StateDependencies,
  idHash: string,
  {
    payload,
    grantId,
    expiresIn,
  }: { payload: AdapterPayload; grantId: string | undefined; expiresIn: number | undefined },
  signal: AbortSignal
): Promise<void> {
  const dialect = await database.dialect();
  const row = {
    payload: await sealer.seal(JSON.stringify(payload)),
    grant_hash: grantId === undefined ? null : hash('grant', grantId),
    uid_hash: payload.uid === undefined ? null : hash('uid', payload.uid),
    expires_at: sql<number>`${dialect.nowMs()} + ${(expiresIn ?? longestSeconds) * 1000}`,
  };
  const insert = database.kysely
    .insertInto('aitoys_oidc_states')
    .values({ id_hash: idHash, consumed_at: null, ...row });
  await (
    dialect.engine === 'sqlite'
      ? insert.onConflict((conflict) => conflict.column('id_hash').doUpdateSet(row))
      : insert.onDuplicateKeyUpdate(row)
  ).execute(await abortable(database, signal));
}

async function read(
  { database, sealer, log }: StateDependencies,
  column: 'id_hash' | 'uid_hash',
  value: string,
  signal: AbortSignal
): Promise<AdapterPayload | undefined> {
  const dialect = await database.dialect();
  const row = await database.kysely
    .selectFrom('aitoys_oidc_states')
    .select(['payload', 'consumed_at'])
    .where(column, '=', value)
    .where('expires_at', '>', dialect.nowMs())
    .executeTakeFirst(await abortable(database, signal));
  if (row === undefined) {
    return undefined;
  }
  const text = await sealer.open(row.payload);
  if (text === null) {
    // From before SESSION_SECRET was replaced: the person signs in again.
    log.warn({ event: 'oidc_state_unreadable' });
    return undefined;
  }
  const payload = payloadSchema.parse(JSON.parse(text));
  return row.consumed_at === null
    ? payload
    : { ...payload, consumed: Math.floor(storedInteger.parse(row.consumed_at) / 1000) };
}

/** One statement decides who was first: of two uses at once, on whichever proxies, the other one gets `invalid_grant`. */
async function consume(database: Database<StateTables>, idHash: string, signal: AbortSignal): Promise<void> {
  const dialect = await database.dialect();
  const options = await abortable(database, signal);
  const { numUpdatedRows } = await database.kysely
    .updateTable('aitoys_oidc_states')
    .set({ consumed_at: dialect.nowMs() })
    .where('id_hash', '=', idHash)
    .where('consumed_at', 'is', null)
    .executeTakeFirstOrThrow(options);
  if (numUpdatedRows === 1n) {
    return;
  }
  const row = await database.kysely
    .selectFrom('aitoys_oidc_states')
    .select('grant_hash')
    .where('id_hash', '=', idHash)
    .executeTakeFirst(options);
  if (row?.grant_hash !== undefined && row.grant_hash !== null) {
    await revoke(database, row.grant_hash, signal);
  }
  throw new errors.InvalidGrant('the authorization code was used already');
}

/** By primary key: a range would lock the gaps that other sign-ins insert into. */
async function remove(
  database: Database<StateTables>,
  rows: readonly { id_hash: string }[],
  signal: AbortSignal
): Promise<void> {
  if (rows.length > 0) {
    await database.kysely
      .deleteFrom('aitoys_oidc_states')
      .where(
        'id_hash',
        'in',
        rows.map((row) => row.id_hash)
      )
      .execute(await abortable(database, signal));
  }
}

async function revoke(database: Database<StateTables>, grantHash: string, signal: AbortSignal): Promise<void> {
  const rows = await database.kysely
    .selectFrom('aitoys_oidc_states')
    .select('id_hash')
    .where('grant_hash', '=', grantHash)
    .execute(await abortable(database, signal));
  await remove(database, rows, signal);
}

/** Nobody is refused for what only tidies up. */
async function clearOrWarn({ database, log }: StateDependencies, signal: AbortSignal): Promise<void> {
  try {
    await clear(database, signal);
  } catch (error) {
    log.warn({ event: 'oidc_states_not_cleared', cause: describeCause(error) });
  }
}

async function clear(database: Database<StateTables>, signal: AbortSignal): Promise<void> {
  const dialect = await database.dialect();
  const rows = await database.kysely
    .selectFrom('aitoys_oidc_states')
    .select('id_hash')
    .where('expires_at', '<=', dialect.nowMs())
    .limit(maxCleared)
    .execute(await abortable(database, signal));
  await remove(database, rows, signal);
}

/** What the library tells of a database that is away: 503, and by no redirect, for Grafana can do nothing about it. */
async function inTime<Result>(
  { timeoutMs, log }: StateDependencies,
  work: (signal: AbortSignal) => Promise<Result>
): Promise<Result> {
  try {
    return await withDeadline(timeoutMs, work);
  } catch (error) {
    if (error instanceof errors.OIDCProviderError) {
      throw error;
    }
    log.error({ event: 'oidc_state_failed', cause: describeCause(databaseError(error).cause) });
    throw unavailable();
  }
}

/** The error of oidc-provider for what can't be answered now. */
export function unavailable(): errors.TemporarilyUnavailable {
  return Object.assign(new errors.TemporarilyUnavailable('try again in a few seconds'), {
    status: 503,
    statusCode: 503,
    allow_redirect: false,
  });
}

function hash(kind: string, id: string): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, id]), 'utf8')
    .digest('hex');
}
