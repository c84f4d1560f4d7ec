import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import { BUNDLE_VERSION, type BundleHeader, header, type Line, line, MARK } from './format.ts';

/** A bundle while it is read: its header, and its lines in order, once. */
export interface Bundle {
  readonly header: BundleHeader;
  /** @throws Failure bundle/unreadable */
  readonly lines: AsyncIterable<Line>;
}

/** Whether a file that begins so is a bundle. */
export function isBundle(head: string): boolean {
  return head.startsWith(MARK);
}

/**
 * Opens a bundle; its lines are read as they are asked for, so that memory does not grow with them. @throws Failure
 * bundle/unreadable, bundle/version
 */
export async function readBundle(path: string): Promise<Bundle> {
  const texts = linesOf(path)[Symbol.asyncIterator]();
  const first = await texts.next();
  if (first.done || !isBundle(first.value)) throw new Failure('bundle/unreadable', 'it is no bundle', { where: path });
  const version = /^\{"surprisal_bundle":(\d+)/.exec(first.value)?.[1];
  if (version !== String(BUNDLE_VERSION)) {
    const message = `the bundle has version ${version}, and this program reads version ${BUNDLE_VERSION}`;
    throw new Failure('bundle/version', message, { where: path });
  }
  return { header: parsed(header, first.value, path), lines: rest(texts, path) };
}

async function* rest(texts: AsyncIterator<string>, path: string): AsyncGenerator<Line> {
  let count = 0;
  for (;;) {
    const { done, value } = await texts.next();
    if (done) throw new Failure('bundle/unreadable', 'the bundle is not whole: it has no end', { where: path });
    const read = parsed(line, value, path);
    if ('end' in read) {
      if (read.end !== count) throw new Failure('bundle/unreadable', 'lines are missing', { where: path });
      return;
    }
    count++;
    yield read;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  // What fails is thrown by the loop below.
  pipeline(createReadStream(path), unpacked, () => {});
  try {
    yield* createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY });
    if (unpacked.errored) throw unpacked.errored;
  } catch (cause) {
    throw new Failure('bundle/unreadable', cause instanceof Error ? cause.message : 'it cannot be read', {
      where: path,
      cause,
    });
  }
}

function parsed<T>(schema: z.ZodType<T>, text: string, path: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('bundle/unreadable', 'a line is not what a bundle holds', { where: path, cause });
  }
}
