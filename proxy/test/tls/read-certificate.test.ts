import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { openCertificate, readCertificate } from '../../src/tls/read-certificate.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { certificateFiles, type FilesUnderTest } from './certificate-files.ts';

let files: FilesUnderTest;

beforeEach(() => {
  files = certificateFiles();
});
afterEach(() => {
  files.remove();
});

function problems(): readonly string[] {
  try {
    readCertificate(files);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems;
    }
    throw error;
  }
}

const authority = makeCertificate('Authority');
const good = makeCertificate('localhost', { by: authority, until: '300102030405Z' });
const noKey = 'TLS_KEY_FILE: the file holds no private key in PEM without a passphrase';
const noCertificate = 'TLS_CERT_FILE: the file holds no certificate in PEM';

describe('readCertificate', () => {
  it('reads a certificate, its chain and its key', () => {
    const chain = good.cert + authority.cert;
    files.write(chain, good.key);
    expect(readCertificate(files)).toEqual({
      cert: chain,
      key: good.key,
      validUntil: new Date('2030-01-02T03:04:05Z'),
    });
  });

  it('says that both files are missing, at once', () => {
    expect(problems()).toEqual(["TLS_CERT_FILE: the file can't be read", "TLS_KEY_FILE: the file can't be read"]);
  });

  const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'a passphrase',
  });
  const der = new X509Certificate(good.cert).raw.toString('latin1');

  it.each([
    ['empty files', '', '', [noCertificate, noKey]],
    ['the files the wrong way round', good.key, good.cert, [noCertificate, noKey]],
    ['a certificate that is cut off', good.cert.slice(0, 200), good.key, [noCertificate]],
    ['a certificate in DER', der, good.key, [noCertificate]],
    ['a key with a passphrase', good.cert, encrypted.toString(), [noKey]],
    [
      'the key of another certificate',
      good.cert,
      authority.key,
      ['TLS_KEY_FILE: is not the key of the certificate in TLS_CERT_FILE, which has to come first in it'],
    ],
    [
      'the chain before the certificate',
      authority.cert + good.cert,
      good.key,
      ['TLS_KEY_FILE: is not the key of the certificate in TLS_CERT_FILE, which has to come first in it'],
    ],
  ])('says what is wrong with %s', (_, cert, key, expected) => {
    files.write(cert, key);
    expect(problems()).toEqual(expected);
  });

  it('says that a chain is broken off', () => {
    files.write(good.cert + authority.cert.slice(0, 100), good.key);
    expect(problems()).toEqual([expect.stringMatching(/^TLS_CERT_FILE: can't be used: /)]);
  });
});

describe('openCertificate', () => {
  it('is null without settings, which come both or not at all', () => {
    expect(openCertificate(loadConfig({}))).toBeNull();
    for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE']) {
      expect(() => loadConfig({ [name]: 'a.pem' })).toThrow(
        'TLS_CERT_FILE: needs TLS_KEY_FILE, and the other way round'
      );
    }
  });

  it('reads the files of the settings', () => {
    files.write(good.cert, good.key);
    const { certFile, keyFile } = files;
    expect(openCertificate(loadConfig({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }))).toEqual({
      files: { certFile, keyFile },
      current: { cert: good.cert, key: good.key, validUntil: new Date('2030-01-02T03:04:05Z') },
    });
  });
});
