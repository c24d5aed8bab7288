import { parseArgs } from 'node:util';
import { loadConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { databaseNow } from '../database/database-now.ts';
import { keyPurpose, keySetAt, overlapMs, readSigningKeys, rotateSigningKeys } from '../oidc/signing-keys.ts';
import { createSealer } from '../sealer.ts';
import { formatTable } from './format-table.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';

const usage = `npm run keys -- list | rotate [--at-once]
    The keys that sign what Grafana is told at sign-in. Reads the settings of the proxy.
    list      shows them, without what is secret.
    rotate    makes a new one. It signs ${String(overlapMs / 60_000)} minutes from now, when every proxy and Grafana know it; the others are
              kept until nothing is left that they signed.
    --at-once for a key that somebody else may know: the new one signs within a minute, and the others are gone.
`;

await runTool(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'at-once': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const [command, ...others] = positionals;
  if ((command !== 'list' && command !== 'rotate') || others.length > 0) {
    throw new ToolError(`Say list or rotate.\n${usage}`);
  }
  if (command === 'list' && values['at-once'] === true) {
    throw new ToolError(`--at-once is for rotate.\n${usage}`);
  }
  const config = loadConfig(readEnvironment());
  if (config.sessionSecrets.length === 0) {
    throw new ToolError('SESSION_SECRET: is not set. The demo makes one, and its keys, at each start');
  }
  const sealer = createSealer(config.sessionSecrets, keyPurpose);
  await withDatabase(config.stateDatabaseUrl, async (database: Database<StateTables>) => {
    if (command === 'rotate') {
      const tokenLifetimeMs = config.SESSION_ABSOLUTE_HOURS * 3_600_000;
      const { kid, signsFrom } = await rotateSigningKeys(database, sealer, {
        tokenLifetimeMs,
        atOnce: values['at-once'] === true,
      });
      process.stdout.write(`Made the key ${kid}: it signs from ${new Date(signsFrom).toISOString()} on\n`);
    }
    const keys = await readSigningKeys(database, sealer);
    const signing = keySetAt(keys, await databaseNow(database))[0]?.kid;
    const rows = keys.map(({ kid, jwk, signsFrom, expiresAt }) => [
      kid,
      jwk === null ? 'unreadable: SESSION_SECRET was replaced' : kid === signing ? 'signs' : 'known',
      new Date(signsFrom).toISOString(),
      expiresAt === null ? '' : new Date(expiresAt).toISOString(),
    ]);
    process.stdout.write(
      rows.length === 0
        ? 'There is no key yet: the first proxy that is asked to sign somebody in makes one\n'
        : formatTable(['key', 'state', 'signs from', 'gone at'], rows)
    );
  });
});
