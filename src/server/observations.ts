import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../errors/failure.ts';
import { nearest } from './nearest.ts';
import { sendProblem } from './problem.ts';

/** Takes records of one push, all or none; resolves once they are durable. @throws Failure source/full */
export type PushInto = (records: readonly Uint8Array[]) => Promise<void>;

const JSON_TYPE = 'application/json';
const LINES_TYPES = ['application/x-ndjson', 'application/jsonl', 'application/ndjson'];

interface Params {
  readonly stream: string;
}

/** `POST /api/streams/{stream}/observations`: a JSON object, an array of them, or NDJSON; 202 once durable. Nothing is taken by halves. */
export function observationsRoute(app: FastifyInstance, push: ReadonlyMap<string, PushInto>): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([JSON_TYPE, ...LINES_TYPES], { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.post<{ Params: Params; Body: Buffer }>('/api/streams/:stream/observations', async (request, reply) => {
    const { stream } = request.params;
    const into = push.get(stream);
    if (into === undefined) return sendProblem(reply, 404, unknownStream(stream, [...push.keys()]));
    const lines = LINES_TYPES.some((type) => request.headers['content-type']?.startsWith(type));
    const records = lines ? linesOf(request.body) : valuesOf(request.body);
    if (records.length > 0) await into(records);
    return reply.code(202).send({ accepted: records.length });
  });
}

function unknownStream(stream: string, names: readonly string[]): string {
  if (names.length === 0) return 'no stream takes pushed records; give one a source of kind `http`';
  return `no stream ${JSON.stringify(stream)} takes pushed records; ${nearest(stream, names)}`;
}

function valuesOf(body: Buffer): Uint8Array[] {
  const parsed = parse(textOf(body), 'the body');
  const values: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return values.map((value, index) => {
    requireObject(value, Array.isArray(parsed) ? `element ${index}` : 'the body');
    return Buffer.from(JSON.stringify(value));
  });
}

function linesOf(body: Buffer): Uint8Array[] {
  return textOf(body)
    .split('\n')
    .flatMap((line, index) => {
      const text = line.trim();
      if (text === '') return [];
      requireObject(parse(text, `line ${index + 1}`), `line ${index + 1}`);
      return [Buffer.from(text)];
    });
}

function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString('utf8');
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
