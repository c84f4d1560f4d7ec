import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian } from './program.ts';

/** Makes the certificates. */
export const openssl = debian('openssl', 'openssl');

/** Who signed it, and for which time. */
export interface Validity {
  /** `YYYYMMDDHHMMSSZ` */
  readonly from: string;
  readonly to: string;
}

/** In force for a century, and out of force for years. */
export const VALID: Validity = { from: '20200101000000Z', to: '21200101000000Z' };
export const EXPIRED: Validity = { from: '20200101000000Z', to: '20200201000000Z' };

/** A certificate authority in a folder of its own. */
export interface Authority {
  readonly certificate: string;
  readonly folder: string;
}

/** PEM, key and certificate. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const CONFIGURATION = `[ca]
default_ca = this
[this]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
subjectAltName = IP:127.0.0.1, DNS:localhost
extendedKeyUsage = serverAuth, clientAuth
[root]
basicConstraints = critical, CA:true
keyUsage = keyCertSign
[req]
distinguished_name = name
[name]
`;

/** Signs whatever `issue` asks of it. */
export function newAuthority(folder: string, name: string): Authority {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'openssl.cnf'), CONFIGURATION);
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'serial'), '01\n');
  const own = ['-keyout', 'ca.key', '-out', 'ca.pem', '-extensions', 'root', '-days', '3650'];
  run(folder, ['req', '-x509', ...newKey(name), ...own]);
  return { folder, certificate: readFileSync(join(folder, 'ca.pem'), 'utf8') };
}

/** A certificate for 127.0.0.1 and localhost, for servers and clients. */
export function issue({ folder }: Authority, name: string, { from, to }: Validity): Certificate {
  run(folder, ['req', '-new', ...newKey(name), '-keyout', `${name}.key`, '-out', `${name}.csr`]);
  const span = ['-startdate', from, '-enddate', to];
  const files = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', `${name}.csr`, '-out', `${name}.pem`];
  run(folder, ['ca', '-batch', '-notext', '-config', 'openssl.cnf', '-extensions', 'leaf', ...span, ...files]);
  const read = (ending: string) => readFileSync(join(folder, `${name}.${ending}`), 'utf8');
  return { key: read('key'), certificate: read('pem') };
}

function newKey(name: string): readonly string[] {
  return ['-config', 'openssl.cnf', '-newkey', 'rsa:2048', '-noenc', '-subj', `/CN=${name}`];
}

function run(folder: string, args: readonly string[]): void {
  execFileSync(openssl.path(), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}
