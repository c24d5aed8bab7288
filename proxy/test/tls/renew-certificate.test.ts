import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { type Certificate, readCertificate } from '../../src/tls/read-certificate.ts';
import { createCertificateRenewal } from '../../src/tls/renew-certificate.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { certificateFiles, type FilesUnderTest } from './certificate-files.ts';

const authority = makeCertificate('Authority');
const make = (until: string) => makeCertificate('localhost', { by: authority, until });
const [first, second] = [make('300101000000Z'), make('310101000000Z')];

describe('createCertificateRenewal', () => {
  let files: FilesUnderTest;
  let used: Certificate[];
  let lines: Record<string, unknown>[];
  let now: number;
  let renew: () => void;

  beforeEach(() => {
    files = certificateFiles();
    files.write(first.cert, first.key);
    used = [];
    lines = [];
    now = Date.UTC(2029, 0, 1);
    renew = createCertificateRenewal({
      files,
      current: readCertificate(files),
      use: (certificate) => void used.push(certificate),
      clock: () => now,
      log: createLogger('info', {
        write: (line) => {
          const { time: _time, ...rest } = JSON.parse(line) as Record<string, unknown>;
          lines.push(rest);
        },
      }),
    });
  });
  afterEach(() => {
    files.remove();
  });

  const mismatch = {
    level: 40,
    event: 'tls_certificate_not_reloaded',
    problems: ['TLS_KEY_FILE: is not the key of the certificate in TLS_CERT_FILE, which has to come first in it'],
  };
  const reloaded = { level: 30, event: 'tls_certificate_reloaded', valid_until: '2031-01-01T00:00:00.000Z' };

  it('does and says nothing while the files are the same', () => {
    renew();
    renew();
    expect([used, lines]).toEqual([[], []]);
  });

  it('uses files that were renewed, once', () => {
    files.write(second.cert, second.key);
    renew();
    renew();
    expect(used).toEqual([
      { cert: second.cert, key: second.key, validUntil: new Date('2031-01-01T00:00:00Z') } satisfies Certificate,
    ]);
    expect(lines).toEqual([reloaded]);
  });

  it('keeps the one before while only one file is there, and says so once', () => {
    files.write(second.cert, first.key);
    renew();
    renew();
    expect(used).toEqual([]);
    files.write(second.cert, second.key);
    renew();
    expect(lines).toEqual([mismatch, reloaded]);
  });

  it('keeps the one before where a file is gone', () => {
    rmSync(files.certFile);
    renew();
    expect(used).toEqual([]);
    expect(lines).toEqual([
      {
        level: 40,
        event: 'tls_certificate_not_reloaded',
        problems: ["TLS_CERT_FILE: the file can't be read"],
      },
    ]);
  });

  it('says once that the one in use has expired', () => {
    now = Date.UTC(2030, 0, 1) + 1;
    renew();
    renew();
    expect(lines).toEqual([{ level: 40, event: 'tls_certificate_expired', valid_until: '2030-01-01T00:00:00.000Z' }]);
  });
});
