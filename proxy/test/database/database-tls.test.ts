import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDatabaseConfig } from '../../src/config.ts';
import { readDatabaseTls } from '../../src/database/database-tls.ts';
import { databaseError } from '../../src/database/errors.ts';
import { abortable, type Database, openDatabase } from '../../src/database/open-database.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import type { ServerEngine } from '../servers/server-engine.ts';
import { type RunningServer, startServer } from '../servers/start-server.ts';
import { makeCertificate, type MadeCertificate } from '../support/make-certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-database-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('readDatabaseTls', () => {
  it.each([
    ['', null],
    ['tls=false', null],
    ['tls=true', { checksHost: true, caFile: undefined }],
    ['tls=true&tlsCa=/etc/ca.pem', { checksHost: true, caFile: '/etc/ca.pem' }],
    ['tlsCa=a%20b.pem&tls=verify-ca', { checksHost: false, caFile: 'a b.pem' }],
  ])('reads %j', (text, expected) => {
    expect(readDatabaseTls(new URLSearchParams(text))).toEqual(expected);
  });

  it.each([
    ['tls=tru', /^has a tls that is neither true, verify-ca nor false: /],
    ['tls=', /^has a tls that is neither/],
    ['tls=TRUE', /^has a tls that is neither/],
    ['ssl=true', /^has a parameter that it can't have: /],
    ['TLS=true', /^has a parameter that it can't have: /],
    ['tls=true&tls=false', /^has a parameter that it can't have: .*each once$/],
    ['tls=true&hunter2', /^has a parameter that it can't have: (?!.*hunter2)/],
    ['tlsCa=ca.pem', /^has a tlsCa that names no file, or no tls=true/],
    ['tls=false&tlsCa=ca.pem', /^has a tlsCa that names no file, or no tls=true/],
    ['tls=true&tlsCa=', /^has a tlsCa that names no file/],
    ['tls=verify-ca', /^has tls=verify-ca without tlsCa: /],
  ])('refuses %j', (text, message) => {
    expect(() => readDatabaseTls(new URLSearchParams(text))).toThrow(message);
  });
});

describe('loadDatabaseConfig', () => {
  it.each([
    ['localhost', 'missing.pem', "DATABASE_URL: names a file with tlsCa that can't be read"],
    ['localhost', 'text.pem', 'DATABASE_URL: names a file with tlsCa that holds no certificate in PEM'],
    ['127.0.0.1', 'ca.pem', 'DATABASE_URL: has tls=true with an IP address, which no certificate is checked for: '],
    ['[::1]', 'ca.pem', 'DATABASE_URL: has tls=true with an IP address'],
  ])('says what is wrong with tls=true to %s with %s', (host, name, problem) => {
    file('text.pem', 'no certificate');
    file('ca.pem', makeCertificate('Authority').cert);
    const DATABASE_URL = `mysql://app:secret@${host}/app?tls=true&tlsCa=${join(folder, name)}`;
    expect(() => loadDatabaseConfig({ DATABASE_URL })).toThrow(problem);
  });
});

describeOnEngines(
  'openDatabase over TLS',
  (engine) => {
    let plain: RunningServer;
    let secured: RunningServer;
    const authority = makeCertificate('Authority');
    const own = file(`${engine}-ca.pem`, authority.cert);
    const foreign = file(`${engine}-foreign.pem`, makeCertificate('Authority').cert);
    const [certFile, keyFile] = [join(folder, `${engine}.crt`), join(folder, `${engine}.key`)];

    function useCertificate({ cert, key }: MadeCertificate): void {
      writeFileSync(certFile, cert);
      writeFileSync(keyFile, key);
    }

    beforeAll(async () => {
      useCertificate(makeCertificate('localhost', { by: authority }));
      const server = engine as ServerEngine;
      const args = [`--ssl-ca=${own}`, `--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`];
      const without = server === 'mariadb' ? ['--skip-ssl'] : [];
      plain = await startServer({ engine: server, args: without });
      secured = await startServer({ engine: server, args });
    });
    afterAll(() => Promise.all([plain.stop(), secured.stop()]));

    /** Opens the server as `localhost`, which is in its certificate. */
    async function using<Result>(
      { url }: RunningServer,
      parameters: string,
      use: (database: Database<unknown>) => Promise<Result>
    ): Promise<Result> {
      const address = `${url.replace('127.0.0.1', 'localhost')}/mysql${parameters}`;
      const database = openDatabase<unknown>(address, { poolSize: 1, statementTimeoutSeconds: 20 });
      try {
        return await use(database);
      } finally {
        await database.close();
      }
    }

    const tlsVersion = async ({ kysely }: Database<unknown>) => {
      const { rows } = await sql<{ Value: string }>`show session status like 'Ssl_version'`.execute(kysely);
      return rows[0]?.Value;
    };
    const failure = async (database: Database<unknown>) => {
      const error = await tlsVersion(database).catch(databaseError);
      return typeof error === 'object' ? [error.code, error.message, (error.cause as Error).message] : error;
    };
    const away = (cause: string | RegExp) => [
      'unavailable',
      'The database is not available',
      expect.stringMatching(cause) as string,
    ];

    it('is encrypted where it is asked for, and only there', async () => {
      expect(await using(secured, `?tls=true&tlsCa=${own}`, tlsVersion)).toBe('TLSv1.3');
      expect(await using(secured, `?tls=verify-ca&tlsCa=${own}`, tlsVersion)).toBe('TLSv1.3');
      expect(await using(secured, '', tlsVersion)).toBe('');
      expect(await using(secured, '?tls=false', tlsVersion)).toBe('');
    });

    it('fails where the certificate is of an authority that is not known', async () => {
      // An authority of the same name, and none at all.
      const forged = away('^certificate signature failure$');
      expect(await using(secured, `?tls=true&tlsCa=${foreign}`, failure)).toEqual(forged);
      expect(await using(secured, `?tls=verify-ca&tlsCa=${foreign}`, failure)).toEqual(forged);
      expect(await using(secured, '?tls=true', failure)).toEqual(away('certificate'));
    });

    it('fails where the server does not encrypt, and sends it nothing', async () => {
      const refused = away('^Server does not support secure connection$');
      expect(await using(plain, `?tls=true&tlsCa=${own}`, failure)).toEqual(refused);
      expect(await using(plain, `?tls=verify-ca&tlsCa=${own}`, failure)).toEqual(refused);
    });

    it('stops a statement over TLS, too, where the server takes nothing else', async () => {
      await using(secured, `?tls=true&tlsCa=${own}`, async (database) => {
        await sql`set global require_secure_transport = on`.execute(database.kysely);
        try {
          expect(await using(secured, '', failure)).toEqual(away('insecure transport|^Access denied'));
          const caller = new AbortController();
          const options = await abortable(database, caller.signal);
          const sleeping = sql`select sleep(15)`.execute(database.kysely, options);
          setTimeout(() => caller.abort(), 300);
          const start = performance.now();
          await expect(sleeping).rejects.toThrow();
          expect(await tlsVersion(database)).toBe('TLSv1.3');
          expect(performance.now() - start).toBeLessThan(5000);
        } finally {
          await sql`set global require_secure_transport = off`.execute(database.kysely);
        }
      });
    });

    it('fails with tls=true where the certificate is for another host, which verify-ca takes', async () => {
      useCertificate(makeCertificate('db.example', { by: authority }));
      const reload = engine === 'mysql' ? sql`alter instance reload tls` : sql`flush ssl`;
      await using(secured, '', ({ kysely }) => reload.execute(kysely));
      expect(await using(secured, `?tls=true&tlsCa=${own}`, failure)).toEqual(
        away("^Hostname/IP does not match certificate's altnames: Host: localhost\\. is not in the cert's altnames")
      );
      expect(await using(secured, `?tls=verify-ca&tlsCa=${own}`, tlsVersion)).toBe('TLSv1.3');
    });
  },
  ['mysql', 'mariadb']
);
