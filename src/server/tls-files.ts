import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { Failure } from '../errors/failure.ts';

const EVERY_MS = 5_000;

/** Where the PEM files of a server are. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  /** How often they are read again; 5 s if absent. */
  readonly everyMs?: number | undefined;
}

/** PEM texts as `node:tls` names them. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * A certificate and its key, read again while the server runs. They are compared by content, not watched: a mounted
 * secret changes by a link that is exchanged, which no watcher of the file sees.
 */
export class TlsFiles {
  readonly #paths: TlsPaths;
  #current: PemPair;
  /** What was refused last, so that it is refused once. */
  #refused: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(paths: TlsPaths, current: PemPair) {
    this.#paths = paths;
    this.#current = current;
  }

  /** @throws Failure server/tls */
  static async read(paths: TlsPaths): Promise<TlsFiles> {
    return new TlsFiles(paths, await readPair(paths));
  }

  get current(): PemPair {
    return this.#current;
  }

  /** New connections get what is in the files; connections that exist keep what they have. */
  watch(server: Server, report: (refused: Failure | undefined) => void = () => {}): void {
    this.#timer = setInterval(() => void this.#look(server, report), this.#paths.everyMs ?? EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What cannot be used is reported once, and the previous pair stays: two files are never written at one time. */
  async #look(server: Server, report: (refused: Failure | undefined) => void): Promise<void> {
    try {
      const next = await readPair(this.#paths);
      this.#refused = undefined;
      if (next.cert === this.#current.cert && next.key === this.#current.key) return;
      server.setSecureContext({ ...next });
      this.#current = next;
      report(undefined);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (this.#refused === error.message) return;
      this.#refused = error.message;
      report(error);
    }
  }
}

async function readPair({ certificate, key }: TlsPaths): Promise<PemPair> {
  const pair = { cert: await textOf(certificate), key: await textOf(key) };
  try {
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    const why = 'this is no certificate with its key, as PEM';
    throw new Failure('server/tls', why, { where: `${certificate}, ${key}`, cause });
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    if (code === undefined) throw cause;
    throw new Failure('server/tls', `it cannot be read (${code})`, { where: path, cause });
  }
}
