import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface MadeCertificate {
  /** In PEM, as files have them. */
  cert: string;
  key: string;
  name: string;
}

export interface CertificateOptions {
  /** Who signs it; without one it is an authority that signs itself. */
  by?: MadeCertificate;
  /** As YYMMDDHHMMSSZ, which RFC 5280 §4.1.2.5 wants until 2049. */
  until?: string;
}

/** A certificate for the host `name`, and a new key for it, so that tests need no program for that and no secret is kept. */
export function makeCertificate(
  name: string,
  { by, until = '491231235959Z' }: CertificateOptions = {}
): MadeCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const facts = sequence(
    context(0, integer(2)),
    tlv(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(by?.name ?? name),
    sequence(time('200101000000Z'), time(until)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(3, by === undefined ? authority : hostExtension(name))
  );
  const signature = sign('sha256', facts, by?.key ?? key);
  const der = sequence(facts, ecdsaWithSha256, tlv(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`, key, name };
}

// DER (X.690 §8, §10): tag, length, content.
function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function context(tag: number, content: Buffer): Buffer {
  return tlv(0xa0 + tag, content);
}

function integer(value: number): Buffer {
  return tlv(0x02, Buffer.of(value));
}

function oid(...bytes: number[]): Buffer {
  return tlv(0x06, Buffer.from(bytes));
}

function time(text: string): Buffer {
  return tlv(0x17, Buffer.from(text));
}

function commonName(name: string): Buffer {
  return sequence(tlv(0x31, sequence(oid(0x55, 0x04, 0x03), tlv(0x0c, Buffer.from(name)))));
}

const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
// basicConstraints, critical: CA.
const authority = sequence(
  sequence(oid(0x55, 0x1d, 0x13), tlv(0x01, Buffer.of(0xff)), tlv(0x04, sequence(tlv(0x01, Buffer.of(0xff)))))
);

// subjectAltName: a DNS name.
function hostExtension(name: string): Buffer {
  return sequence(sequence(oid(0x55, 0x1d, 0x11), tlv(0x04, sequence(tlv(0x82, Buffer.from(name))))));
}
