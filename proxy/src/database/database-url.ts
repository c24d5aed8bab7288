import { isIP } from 'node:net';
import { type DatabaseTls, readDatabaseTls } from './database-tls.ts';

/** Where a database is, read from DATABASE_URL: `mysql://user:password@host:3306/name`, `mariadb://…` or `sqlite:path`. */
export type DatabaseAddress =
  | { kind: 'sqlite'; path: string }
  | {
      kind: 'mysql';
      host: string;
      port: number;
      user: string;
      password: string;
      database: string;
      /** Null: the connection is not encrypted. */
      tls: DatabaseTls | null;
    };

const form = 'mysql://user:password@host:3306/name';
const hint = `must be ${form}, with @ : / # ? % in the user, password and name written as %40 %3A %2F %23 %3F %25`;

/** Throws an Error that says what is wrong, as words after the setting's name; never repeats the URL, which holds a password. */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (text.startsWith('sqlite:')) {
    return { kind: 'sqlite', path: sqlitePath(text) };
  }
  if (!/^(mysql|mariadb):\/\//.test(text)) {
    throw new Error('must start with mysql://, mariadb:// or sqlite:');
  }
  if (!URL.canParse(text)) {
    throw new Error(`is malformed: it ${hint}`);
  }
  const url = new URL(text);
  const name = url.pathname.slice(1);
  // An unencoded `/`, `?` or `#` of a password ends the host: the rest of the address is then in these places.
  if (url.hostname === '' || /[/@]/.test(name) || url.hash !== '' || url.search.includes('@')) {
    throw new Error(`is malformed: it ${hint}`);
  }
  if (name === '') {
    throw new Error(`names no database: it ${hint}`);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const tls = readDatabaseTls(url.searchParams);
  if (tls?.checksHost === true && isIP(host) !== 0) {
    throw new Error(
      'has tls=true with an IP address, which no certificate is checked for: give the host name, or tls=verify-ca and tlsCa'
    );
  }
  return {
    kind: 'mysql',
    host,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decode(url.username),
    password: decode(url.password),
    database: decode(name),
    tls,
  };
}

function sqlitePath(text: string): string {
  const path = text.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
  if (path === '') {
    throw new Error('names no file: it must be sqlite:path');
  }
  return path;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The cause would repeat nothing either, but has nothing to add.
    throw new Error(`has a % that encodes nothing: it ${hint}`);
  }
}
