import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../errors/failure.ts';
import { ENCODINGS, EncodingError, unpacked } from './encoding.ts';
import { elementsAt, tokensOf } from './json-spans.ts';
import { nearest } from './nearest.ts';
import { sendProblem } from './problem.ts';

/** Takes records of one push, all or none; resolves once they are durable. @throws Failure source/full, source/unusable where none of them can be used */
export type PushInto = (records: readonly Uint8Array[]) => Promise<void>;

/** A stream that takes pushed records. */
export interface PushTarget {
  readonly take: PushInto;
  /** JSON pointer to the array of records in a body that wraps it. */
  readonly records?: string | undefined;
}

const JSON_TYPE = 'application/json';
const LINES_TYPES = ['application/x-ndjson', 'application/jsonl', 'application/ndjson', 'application/json-lines'];
/** What `curl -d` and agents say that know no better: the body shows what it is. */
const OPEN_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'];
const ACCEPTED = [JSON_TYPE, 'application/*+json', ...LINES_TYPES, ...OPEN_TYPES];

interface Params {
  readonly stream: string;
}

/**
 * `POST /api/streams/{stream}/observations`: a JSON object, an array of them, NDJSON, or a wrapper around an array, packed or not; 202 once durable. Nothing is
 * taken by halves. `bodyLimit`: bytes, unpacked too.
 */
export function observationsRoute(
  app: FastifyInstance,
  targets: ReadonlyMap<string, PushTarget>,
  bodyLimit: number,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.post<{ Params: Params; Body: Buffer | undefined }>(
    '/api/streams/:stream/observations',
    async (request, reply) => {
      const { stream } = request.params;
      const target = targets.get(stream);
      if (target === undefined) return sendProblem(reply, 404, unknownStream(stream, [...targets.keys()]));
      const type = mediaType(request.headers['content-type']);
      if (type !== '' && !isAccepted(type)) {
        const detail = `content-type ${JSON.stringify(type)} is not taken; there are: ${ACCEPTED.join(', ')}`;
        return sendProblem(reply.header('accept-post', ACCEPTED.join(', ')), 415, detail);
      }
      try {
        const body = await unpacked(
          request.body ?? Buffer.alloc(0),
          request.headers['content-encoding'] ?? '',
          bodyLimit,
        );
        const records = recordsOf(textOf(body), type, target.records);
        if (records.length > 0) await target.take(records);
        return reply.code(202).send({ accepted: records.length });
      } catch (error) {
        if (!(error instanceof EncodingError)) throw error;
        if (error.statusCode === 415) reply.header('accept-encoding', ENCODINGS.join(', '));
        return sendProblem(reply, error.statusCode, error.message);
      }
    },
  );
}

function unknownStream(stream: string, names: readonly string[]): string {
  if (names.length === 0) return 'no stream takes pushed records; give one a source of kind `http`';
  return `no stream ${JSON.stringify(stream)} takes pushed records; ${nearest(stream, names)}`;
}

/** Without its parameters, in small letters; '' where there is none. */
function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0].trim().toLowerCase();
}

function isAccepted(type: string): boolean {
  return ACCEPTED.includes(type) || /^application\/[^/]+\+json$/.test(type);
}

function recordsOf(text: string, type: string, wrapper: string | undefined): Uint8Array[] {
  const isLines = LINES_TYPES.includes(type) || looksLikeLines(text);
  if (!isLines) return documentRecords(text, wrapper, 'the body').map((record) => Buffer.from(record));
  return text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '') return [];
    return documentRecords(trimmed, wrapper, `line ${index + 1}`, false).map((record) => Buffer.from(record));
  });
}

/** Several documents, each on a line of its own, whatever their type says: the first line is one. */
function looksLikeLines(text: string): boolean {
  const [first, ...others] = text.trim().split('\n', 2);
  if (others.length === 0 || !first.startsWith('{')) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
  }
}

/** The texts of the records in one document. `isWhole`: it is the body, which may be an array. */
function documentRecords(text: string, wrapper: string | undefined, where: string, isWhole = true): readonly string[] {
  const parsed = parse(text, where);
  if (wrapper === undefined) {
    if (!isWhole || !Array.isArray(parsed)) {
      requireObject(parsed, where);
      return [text.trim()];
    }
    parsed.forEach((value, index) => {
      requireObject(value, `element ${index}`);
    });
    return elementsAt(text, []) ?? [];
  }
  const found = elementsAt(text, tokensOf(wrapper));
  if (found === undefined) {
    throw new Failure('source/unusable', `${where} has no array at ${wrapper}, where \`source.records\` says it is`);
  }
  found.forEach((record, index) => {
    requireObject(JSON.parse(record), `element ${index} of ${wrapper}`);
  });
  return found;
}

function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString('utf8').replace(/^\uFEFF/, '');
  throw new Failure('decode/syntax', 'the body is not UTF-8');
}

function requireObject(value: unknown, where: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new Failure('decode/syntax', `${where} is no JSON object`);
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('decode/syntax', `${where} is no JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}
