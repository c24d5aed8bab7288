import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { storedInteger } from '../auth/stored-values.ts';
import { databaseNow } from '../database/database-now.ts';
import { abortable, type Database } from '../database/open-database.ts';
import { repeatAfterConflict } from '../database/repeat-after-conflict.ts';
import type { StateTables } from '../database/tables.ts';
import type { Sealer } from '../sealer.ts';

/** A key that signs ID tokens. Times are ms since 1970 by the state database's clock. */
export interface SigningKey {
  kid: string;
  /** With the private part; null where it was sealed under a secret that is not in SESSION_SECRET any more. */
  jwk: JWK | null;
  signsFrom: number;
  /** Null for the newest one. */
  expiresAt: number | null;
}

/** How long a new key is known to all proxies and clients before it signs: they read keys every minute. */
export const overlapMs = 10 * 60_000;

export const keyPurpose = 'ai-metrics OpenID Connect signing keys A256GCM';

// The one that every OpenID Connect client knows (OpenID Connect Core 1.0, 15.1).
const algorithm = 'RS256';

const firstKeyLease = 'oidc_first_key';

const jwkSchema = z.looseObject({ kty: z.literal('RSA'), n: z.string(), d: z.string() });

/** All keys that are not over, the newest first. */
export async function readSigningKeys(
  database: Database<StateTables>,
  sealer: Sealer,
  signal?: AbortSignal,
  kysely: Pick<Database<StateTables>['kysely'], 'selectFrom'> = database.kysely
): Promise<SigningKey[]> {
  const dialect = await database.dialect();
  const rows = await kysely
    .selectFrom('aitoys_oidc_keys')
    .selectAll()
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', dialect.nowMs())]))
    .orderBy('signs_from', 'desc')
    .orderBy('kid')
    .execute(await abortable(database, signal));
  return Promise.all(
    rows.map(async (row) => {
      const text = await sealer.open(row.private_key);
      return {
        kid: row.kid,
        jwk: text === null ? null : jwkSchema.parse(JSON.parse(text)),
        signsFrom: storedInteger.parse(row.signs_from),
        expiresAt: row.expires_at === null ? null : storedInteger.parse(row.expires_at),
      };
    })
  );
}

/**
 * The keys as oidc-provider takes them: the one that signs first. It is the newest whose time has come, or the oldest where
 * none has. What can't be read is left out.
 */
export function keySetAt(keys: readonly SigningKey[], now: number): JWK[] {
  const readable = keys.filter((key) => key.jwk !== null);
  const signing = readable.find(({ signsFrom }) => signsFrom <= now) ?? readable.at(-1);
  const ordered = [...readable].sort((a, b) => Number(b === signing) - Number(a === signing));
  return ordered.flatMap(({ kid, jwk }) => (jwk === null ? [] : [{ ...jwk, kid, alg: algorithm, use: 'sig' }]));
}

export interface Rotation {
  kid: string;
  /** When it begins to sign. */
  signsFrom: number;
}

/**
 * Makes a new key, which all proxies have read before it signs, and lets the others go once the last token that they signed
 * is over. `atOnce`, for a key that somebody else may know: it signs now, and the others are gone.
 */
export async function rotateSigningKeys(
  database: Database<StateTables>,
  sealer: Sealer,
  { tokenLifetimeMs, atOnce }: { tokenLifetimeMs: number; atOnce: boolean }
): Promise<Rotation> {
  const now = await databaseNow(database);
  const { kid, sealed } = await makeKey(sealer);
  const signsFrom = atOnce ? now : now + overlapMs;
  const expiresAt = atOnce ? now : signsFrom + tokenLifetimeMs;
  await database.kysely.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('aitoys_oidc_keys')
      .set({ expires_at: expiresAt })
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', expiresAt)]))
      .execute();
    await transaction.deleteFrom('aitoys_oidc_keys').where('expires_at', '<=', now).execute();
    await transaction
      .insertInto('aitoys_oidc_keys')
      .values({ kid, private_key: sealed, signs_from: signsFrom, expires_at: null })
      .execute();
  });
  return { kid, signsFrom };
}

/**
 * Makes a key that signs at once, where there is none that can be read. Of proxies that do so at the same time one makes it, and
 * the others find it: they wait for one another at a row of `aitoys_leases`.
 */
export async function ensureSigningKey(database: Database<StateTables>, sealer: Sealer): Promise<void> {
  const { engine } = await database.dialect();
  const { kid, sealed } = await makeKey(sealer);
  // Before the transaction: SQLite has one connection.
  const signsFrom = await databaseNow(database);
  await repeatAfterConflict(() =>
    database.kysely.transaction().execute(async (transaction) => {
      // SQLite has one writer at a time, and none of these rows.
      if (engine !== 'sqlite') {
        await transaction
          .insertInto('aitoys_leases')
          .values({ name: firstKeyLease, holder: '', token: 1, expires_at: 0 })
          .onDuplicateKeyUpdate((update) => ({ token: update('token', '+', 1) }))
          .execute();
      }
      const keys = await readSigningKeys(database, sealer, undefined, transaction);
      if (keys.every(({ jwk }) => jwk === null)) {
        await transaction
          .insertInto('aitoys_oidc_keys')
          .values({ kid, private_key: sealed, signs_from: signsFrom, expires_at: null })
          .execute();
      }
    })
  );
}

/** For the demo, whose next secret opens none of them. */
export async function forgetSigningKeys(database: Database<StateTables>): Promise<void> {
  await database.kysely.deleteFrom('aitoys_oidc_keys').execute();
}

async function makeKey(sealer: Sealer): Promise<{ kid: string; sealed: string }> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { kid: await calculateJwkThumbprint(jwk), sealed: await sealer.seal(JSON.stringify(jwk)) };
}
