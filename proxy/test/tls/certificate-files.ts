import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateFiles } from '../../src/tls/read-certificate.ts';

export interface FilesUnderTest extends CertificateFiles {
  write: (cert: string, key: string) => void;
  remove: () => void;
}

/** A folder with the two files that TLS_CERT_FILE and TLS_KEY_FILE name, once they are written. */
export function certificateFiles(): FilesUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-certificate-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  return {
    certFile,
    keyFile,
    write: (cert, key) => {
      writeFileSync(certFile, cert);
      writeFileSync(keyFile, key);
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
