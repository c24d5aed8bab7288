import { describe, expect, it } from 'vitest';
import { parseDatabaseUrl } from '../../src/database/database-url.ts';

const hint =
  'it must be mysql://user:password@host:3306/name, with @ : / # ? % in the user, password and name written as %40 %3A %2F %23 %3F %25';

describe('parseDatabaseUrl', () => {
  it('reads the address of a server', () => {
    expect(parseDatabaseUrl('mysql://app:p%40%3A%2F%23%3F%25@db.example:3307/a%2Fb?tls=true')).toEqual({
      kind: 'mysql',
      host: 'db.example',
      port: 3307,
      user: 'app',
      password: 'p@:/#?%',
      database: 'a/b',
      tls: { checksHost: true, caFile: undefined },
    });
    expect(parseDatabaseUrl('mariadb://app@[::1]/app')).toEqual({
      kind: 'mysql',
      host: '::1',
      port: 3306,
      user: 'app',
      password: '',
      database: 'app',
      tls: null,
    });
  });

  it.each([
    ['sqlite:data/demo.sqlite', 'data/demo.sqlite'],
    ['sqlite:///var/demo.sqlite', '/var/demo.sqlite'],
    ['sqlite::memory:', ':memory:'],
  ])('reads %s as a file', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each([
    ['postgres://app:secret@host/app', 'must start with mysql://, mariadb:// or sqlite:'],
    ['mysql:app', 'must start with mysql://, mariadb:// or sqlite:'],
    ['', 'must start with mysql://, mariadb:// or sqlite:'],
    ['sqlite:', 'names no file: it must be sqlite:path'],
    ['mysql://app:sec#ret@host/app', `is malformed: ${hint}`],
    ['mysql://app:sec/ret@host/app', `is malformed: ${hint}`],
    ['mysql://app:sec?ret@host/app', `is malformed: ${hint}`],
    // A password that begins with digits passes for a port.
    ['mysql://app:12#secret@host/app', `is malformed: ${hint}`],
    ['mysql://app:12/secret@host/app', `is malformed: ${hint}`],
    ['mysql://app:12?secret@host/app', `is malformed: ${hint}`],
    ['mysql://app:secret@host:99999/app', `is malformed: ${hint}`],
    ['mysql:///app', `is malformed: ${hint}`],
    ['mysql://app:secret@host', `names no database: ${hint}`],
    ['mysql://app:secret@host/', `names no database: ${hint}`],
    ['mysql://app:100%secret@host/app', `has a % that encodes nothing: ${hint}`],
    ['mysql://app:secret@host/100%', `has a % that encodes nothing: ${hint}`],
  ])('says what is wrong with %j, without repeating it', (url, message) => {
    let thrown: unknown;
    try {
      parseDatabaseUrl(url);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toEqual(new Error(message));
    expect(String((thrown as Error).stack)).not.toContain('secret');
    expect((thrown as Error).cause).toBeUndefined();
  });
});
