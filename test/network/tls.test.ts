import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOptions, tlsOptions } from '../../src/network/tls.ts';
import { type Certificate, issue, newAuthority, openssl, VALID } from '../servers/certificates.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { describeWith } from '../servers/program.ts';

describeWith([openssl], 'the options of TLS', () => {
  let folder: string;
  let ca: string;
  let own: Certificate;
  let other: Certificate;

  beforeAll(() => {
    folder = newFolder('tls-options');
    const authority = newAuthority(folder, 'test authority');
    ca = authority.certificate;
    own = issue(authority, 'own', VALID);
    other = issue(authority, 'other', VALID);
  });
  afterAll(() => removeFolder(folder));

  const faults = (section: unknown): readonly string[] =>
    (tlsOptions.safeParse(section).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const locked = () =>
    execFileSync(openssl.path(), ['pkcs8', '-topk8', '-passout', 'pass:open-sesame'], {
      input: own.key,
      encoding: 'utf8',
    });

  test('are handed on as node wants them', () => {
    const options = tlsOptions.parse({ ca, ...own, servername: 'kafka.example.org' });
    expect(connectionOptions(options)).toEqual({
      ca,
      cert: own.certificate,
      key: own.key,
      servername: 'kafka.example.org',
      rejectUnauthorized: true,
    });
    expect(connectionOptions(tlsOptions.parse({}))).toEqual({ rejectUnauthorized: true });
  });

  test('take several authorities in one text, and refuse a text with a broken one', () => {
    expect(faults({ ca: ca + own.certificate })).toEqual([]);
    const broken = ca.replace(/.{64}\n/, '');
    for (const text of ['', '/run/secrets/ca.pem', own.key, ca + broken]) {
      expect(faults({ ca: text }), text).toEqual(['ca: a certificate as PEM text such as ${file:/run/secrets/ca.pem}']);
    }
  });

  test('want the certificate and its own key together', () => {
    expect(faults(own)).toEqual([]);
    expect(faults({ certificate: own.certificate })).toEqual(['certificate: a certificate needs its `key` beside it']);
    expect(faults({ key: own.key })).toEqual(['key: a key needs its `certificate` beside it']);
    expect(faults({ certificate: own.certificate, key: other.key })).toEqual([
      'key: it is not the key of `certificate`',
    ]);
    expect(faults({ certificate: own.certificate, key: 'key.pem' })).toHaveLength(1);
  });

  test('open an encrypted key with the passphrase, and say so where it does not fit', () => {
    const encrypted = { certificate: own.certificate, key: locked() };
    expect(faults({ ...encrypted, passphrase: 'open-sesame' })).toEqual([]);
    const fault = ['passphrase: the `key` is encrypted, and this does not open it'];
    expect(faults({ ...encrypted, passphrase: 'wrong' })).toEqual(fault);
    expect(faults(encrypted)).toEqual(fault);
  });
});
