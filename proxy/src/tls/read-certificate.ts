import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Config, ConfigError } from '../config.ts';

/** Files in PEM: the certificate (its chain may follow), and the key for it. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

export interface Certificate {
  cert: string;
  key: string;
  /** When it expires. */
  validUntil: Date;
}

/** Older versions are broken (RFC 8996). */
export const minTlsVersion = 'TLSv1.2';

/** The certificate of the settings, and where it came from; null where there is none. Throws as `readCertificate` does. */
export function openCertificate({
  TLS_CERT_FILE,
  TLS_KEY_FILE,
}: Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>): { files: CertificateFiles; current: Certificate } | null {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) {
    return null;
  }
  const files = { certFile: TLS_CERT_FILE, keyFile: TLS_KEY_FILE };
  return { files, current: readCertificate(files) };
}

/** Reads what TLS_CERT_FILE and TLS_KEY_FILE name. Throws a ConfigError that says what is wrong with them. */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  const problems: string[] = [];
  const read = <Parsed>(setting: string, file: string, parse: (text: string) => Parsed, malformed: string) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      problems.push(`${setting}: the file can't be read`);
      return null;
    }
    try {
      return { text, parsed: parse(text) };
    } catch {
      problems.push(`${setting}: ${malformed}`);
      return null;
    }
  };
  const cert = read('TLS_CERT_FILE', certFile, parseCertificate, 'the file holds no certificate in PEM');
  const key = read(
    'TLS_KEY_FILE',
    keyFile,
    createPrivateKey,
    'the file holds no private key in PEM without a passphrase'
  );
  if (cert === null || key === null) {
    throw new ConfigError(problems);
  }
  requireUsable(cert, key);
  return { cert: cert.text, key: key.text, validUntil: new Date(cert.parsed.validTo) };
}

// Also of a bare DER file, which createSecureContext would not take.
function parseCertificate(text: string): X509Certificate {
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error('no PEM');
  }
  return new X509Certificate(text);
}

function requireUsable(
  cert: { text: string; parsed: X509Certificate },
  key: { text: string; parsed: KeyObject }
): void {
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    throw new ConfigError([
      'TLS_KEY_FILE: is not the key of the certificate in TLS_CERT_FILE, which has to come first in it',
    ]);
  }
  try {
    createSecureContext({ cert: cert.text, key: key.text, minVersion: minTlsVersion });
  } catch (error) {
    // Such as a key that is too short.
    const { reason } = error as { reason?: string };
    throw new ConfigError([`TLS_CERT_FILE: can't be used: ${reason ?? 'it is refused by OpenSSL'}`]);
  }
}
