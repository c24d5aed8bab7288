import type { Clock } from '../clock.ts';
import { ConfigError } from '../config.ts';
import type { Logger } from '../logger.ts';
import { type Certificate, type CertificateFiles, readCertificate } from './read-certificate.ts';

export interface RenewalOptions {
  files: CertificateFiles;
  /** What is used so far. */
  current: Certificate;
  use: (certificate: Certificate) => void;
  clock: Clock;
  log: Logger;
}

/**
 * Returns what reads the files again, to be called now and then: it uses a certificate that has changed. What is wrong
 * with it is logged once, and the one before stays; also while only one of the two files is there, as they are written
 * one after the other.
 */
export function createCertificateRenewal({ files, current, use, clock, log }: RenewalOptions): () => void {
  let used = current;
  let said = '';
  const say = (what: string, line: Record<string, unknown>) => {
    if (what !== said) {
      log.warn(line);
    }
    said = what;
  };
  return function renew() {
    try {
      const found = readCertificate(files);
      if (found.cert !== used.cert || found.key !== used.key) {
        use(found);
        used = found;
        log.info({ event: 'tls_certificate_reloaded', valid_until: found.validUntil.toISOString() });
      }
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [String(error)];
      say(problems.join(), { event: 'tls_certificate_not_reloaded', problems });
      return;
    }
    if (used.validUntil.getTime() < clock()) {
      say('expired', { event: 'tls_certificate_expired', valid_until: used.validUntil.toISOString() });
    } else {
      said = '';
    }
  };
}
