import { type errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createRecentAnswers } from '../auth/recent-answers.ts';
import { withDeadline } from '../auth/deadline.ts';
import { databaseNow } from '../database/database-now.ts';
import { databaseError } from '../database/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import type { Logger } from '../logger.ts';
import { createSealer } from '../sealer.ts';
import { createFindAccount } from './account.ts';
import type { NotesOf } from './notes.ts';
import { oidcPath, type OidcSettings, providerConfiguration } from './provider-settings.ts';
import { ensureSigningKey, keyPurpose, keySetAt, readSigningKeys } from './signing-keys.ts';
import { createNoAdapter, createStateAdapter } from './state-adapter.ts';

/** The provider with the keys of now. Throws an ApiError `unavailable` as long as none could be read. */
export type CurrentProvider = () => Promise<Provider>;

const keysMaxAgeMs = 60_000;

// A database that hangs must not keep each of them waiting who come meanwhile.
const retryMs = 5000;

/** Makes oidc-provider anew whenever the keys have changed, as it takes them at its birth only; all else is in the database. */
export function createCurrentProvider(
  dependencies: Dependencies,
  settings: OidcSettings,
  notesOf: NotesOf
): CurrentProvider {
  const { config, clock, log, auditLog, stateDatabase } = dependencies;
  const timeoutMs = config.SIGN_IN_TIMEOUT_SECONDS * 1000;
  const keySealer = createSealer(config.sessionSecrets, keyPurpose);
  const stateSealer = createSealer(config.sessionSecrets, 'ai-metrics OpenID Connect state A256GCM');
  const noAdapter = createNoAdapter();
  const stateAdapter = createStateAdapter({ database: stateDatabase, sealer: stateSealer, timeoutMs, log });
  const findAccount = createFindAccount(dependencies);
  let knownUnreadable = '';
  let retryAt = 0;
  let current: { kids: string; provider: Provider } | undefined;

  const readKeys = async (signal: AbortSignal) => {
    let keys = await readSigningKeys(stateDatabase, keySealer, signal);
    const unreadable = keys.filter(({ jwk }) => jwk === null).map(({ kid }) => kid);
    if (unreadable.length > 0 && unreadable.join(' ') !== knownUnreadable) {
      knownUnreadable = unreadable.join(' ');
      log.warn({ event: 'oidc_keys_unreadable', kids: unreadable });
    }
    if (unreadable.length === keys.length) {
      await ensureSigningKey(stateDatabase, keySealer);
      keys = await readSigningKeys(stateDatabase, keySealer, signal);
    }
    return keySetAt(keys, await databaseNow(stateDatabase, signal));
  };

  const renew = async (): Promise<Provider> => {
    const keys = await withDeadline(timeoutMs, readKeys);
    const kids = keys.map(({ kid }) => kid).join(' ');
    if (current?.kids !== kids) {
      auditLog.info({
        event: current === undefined ? 'oidc_keys_read' : 'oidc_keys_changed',
        signing: keys[0]?.kid,
        published: keys.map(({ kid }) => kid),
      });
      const parts = {
        adapter: (model: string) => (model === 'Client' ? noAdapter : stateAdapter(model)),
        findAccount,
        keys,
        notesOf,
      };
      const provider = new Provider(settings.publicUrl + oidcPath, providerConfiguration(config, settings, parts));
      // The route says in these headers what the address of the request is: that of the settings.
      provider.proxy = true;
      provider.use(adjustHeaders);
      listen(provider, notesOf, log);
      current = { kids, provider };
    }
    return current.provider;
  };

  const recent = createRecentAnswers<Provider>(clock, keysMaxAgeMs, 1);
  return async () => {
    if (current !== undefined && performance.now() < retryAt) {
      return current.provider;
    }
    try {
      return await recent.get('provider', renew);
    } catch (error) {
      if (current === undefined) {
        throw databaseError(error);
      }
      retryAt = performance.now() + retryMs;
      log.warn({ event: 'oidc_keys_not_read', cause: describeCause(databaseError(error).cause) });
      return current.provider;
    }
  };
}

async function adjustHeaders(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  // The library opens what is public to every origin; no page of another one has business here.
  context.remove('Access-Control-Allow-Origin');
  context.remove('Access-Control-Expose-Headers');
  if (context.status === 503) {
    context.set('Retry-After', '5');
  }
}

function listen(provider: Provider, notesOf: NotesOf, log: Logger): void {
  provider.on('server_error', (_context, error) => {
    log.error({ event: 'oidc_failed', cause: describeCause(error) });
  });
  const refused = (context: KoaContextWithOIDC, { message, error_detail }: errors.OIDCProviderError) => {
    notesOf(context.req).event = { event: 'oidc_refused', reason: message, detail: error_detail };
  };
  provider.on('authorization.error', refused);
  provider.on('grant.error', refused);
  provider.on('userinfo.error', refused);
  provider.on('end_session.error', refused);
  provider.on('end_session.success', (context) => {
    const userId = context.oidc.session?.accountId;
    if (userId !== undefined) {
      notesOf(context.req).event = { event: 'signed_out', user_id: userId };
    }
  });
}
