import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** How a connection to a server is encrypted, read from `tls` and `tlsCa` of its address. */
export interface DatabaseTls {
  /** Whether the certificate has to be one for the host's name. */
  checksHost: boolean;
  /** A file of certificates, of which one has signed the server's; undefined: one that this system trusts has. */
  caFile: string | undefined;
}

const forms =
  'after the ? only tls=true (with a certificate for the host), tls=verify-ca (for any) and tlsCa=file can follow, each once';

/** Throws an Error that says what is wrong, as words after the setting's name; repeats nothing of a password that broke the URL. */
export function readDatabaseTls(parameters: URLSearchParams): DatabaseTls | null {
  const names = [...parameters.keys()];
  if (names.some((name) => name !== 'tls' && name !== 'tlsCa') || new Set(names).size < names.length) {
    throw new Error(`has a parameter that it can't have: ${forms}`);
  }
  const [mode, caFile] = [parameters.get('tls') ?? 'false', parameters.get('tlsCa') ?? undefined];
  if (mode !== 'true' && mode !== 'false' && mode !== 'verify-ca') {
    throw new Error(`has a tls that is neither true, verify-ca nor false: ${forms}`);
  }
  if (caFile === '' || (caFile !== undefined && mode === 'false')) {
    throw new Error('has a tlsCa that names no file, or no tls=true or tls=verify-ca beside it');
  }
  if (mode === 'verify-ca' && caFile === undefined) {
    // Any of the authorities that a system trusts gives anyone a certificate for some host.
    throw new Error('has tls=verify-ca without tlsCa: name the file of the authority that signs for this server only');
  }
  return mode === 'false' ? null : { checksHost: mode === 'true', caFile };
}

/** The options of mysql2 for it. Throws an Error, as words after the setting's name, where the file is no good. */
export function tlsOptions({ checksHost, caFile }: DatabaseTls) {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    verifyIdentity: checksHost,
    ...(caFile === undefined ? {} : { ca: readAuthorities(caFile) }),
  };
}

function readAuthorities(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error("names a file with tlsCa that can't be read");
  }
  try {
    new X509Certificate(text);
  } catch {
    throw new Error('names a file with tlsCa that holds no certificate in PEM');
  }
  return text;
}
