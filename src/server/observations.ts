import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Serial } from '../async/serial.ts';
import { Failure } from '../errors/failure.ts';
import type { RecordBytes } from '../event/record.ts';
import { BodyError } from './body.ts';
import { ENCODINGS, unpackedBody } from './encoding.ts';
import { nearest } from './nearest.ts';
import type { PackedRecords } from './packed-records.ts';
import { sendProblem } from './problem.ts';
import { pushedRecords, withHint } from './pushed-records.ts';
import { Room } from './room.ts';

/**
 * Takes records of one push, all or none; resolves once they are durable.
 * @throws Failure source/full, source/unusable where none of them can be used
 */
export type PushInto = (records: RecordBytes) => Promise<void>;

/** A stream that takes pushed records. */
export interface PushTarget {
  readonly take: PushInto;
  /** JSON pointer to the array of records in a body that wraps it. */
  readonly records?: string | undefined;
}

const JSON_TYPE = 'application/json';
/** What older clients call it, and a sequence of JSON texts (RFC 7464). */
const JSON_TYPES = [JSON_TYPE, 'text/json', 'application/x-json', 'application/json-seq'];
const LINES_TYPES = [
  ...['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/jsonlines'],
  ...['application/x-jsonlines', 'application/json-lines'],
];
/**
 * What `curl -d` and agents say that know no better: the body shows what it is. A form of any page can send the first
 * two, so no browser may.
 */
const OPEN_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'];
const ACCEPTED = [...JSON_TYPES, 'application/*+json', ...LINES_TYPES, ...OPEN_TYPES];

/**
 * Bytes of bodies that arrive at a time, and of records that wait to be durable; more are asked to come again, or wait.
 */
const MOST_ARRIVING = 64 << 20;
const MOST_WAITING = 64 << 20;
/** Asked of who finds no room. */
const RETRY_S = 1;

interface Params {
  readonly stream: string;
}

/**
 * `POST /api/streams/{stream}/observations`: a JSON object, an array of them, NDJSON, or a wrapper around an array,
 * packed or not; 202 once durable. Nothing is taken by halves. `bodyLimit`: bytes, unpacked too. What can be refused by
 * the headers alone is, before the body is read.
 */
export function observationsRoute(
  app: FastifyInstance,
  targets: ReadonlyMap<string, PushTarget>,
  bodyLimit: number,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  const reader = new BodyReader(bodyLimit);
  const onRequest = headersGuard(targets, bodyLimit);
  app.post<{ Params: Params; Body: Buffer | undefined }>(
    '/api/streams/:stream/observations',
    { onRequest, bodyLimit },
    async (request, reply) => {
      const target = targets.get(request.params.stream);
      if (target === undefined) throw new Error('onRequest lets no other stream through');
      try {
        return reply.code(202).send({ accepted: await reader.taken(request, target) });
      } catch (error) {
        if (!(error instanceof BodyError)) throw error;
        if (error.statusCode === 415) reply.header('accept-encoding', ENCODINGS.join(', '));
        return sendProblem(reply, error.statusCode, error.message);
      }
    },
  );
}

/** Refuses what the headers alone are reason enough for, and counts the bytes that arrive. */
function headersGuard(targets: ReadonlyMap<string, PushTarget>, bodyLimit: number) {
  const arriving = new Room(MOST_ARRIVING);
  return async (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => {
    const { stream } = request.params;
    if (!targets.has(stream)) return sendProblem(reply, 404, unknownStream(stream, [...targets.keys()]));
    const type = mediaType(request.headers['content-type']);
    if (type !== '' && !isAccepted(type)) {
      const detail = `content-type ${JSON.stringify(type)} is not taken; there are: ${ACCEPTED.join(', ')}`;
      return sendProblem(reply.header('accept-post', ACCEPTED.join(', ')), 415, detail);
    }
    if (isOfForm(type) && isFromBrowser(request)) {
      return sendProblem(reply, 415, `a page pushes with content-type ${JSON_TYPE}, not with that of a form`);
    }
    const bytes = Math.min(Number(request.headers['content-length'] ?? bodyLimit), bodyLimit);
    if (arriving.tryTake(bytes)) return void reply.raw.once('close', () => arriving.free(bytes));
    const detail = `${MOST_ARRIVING} bytes of pushes arrive already, and no more may`;
    return sendProblem(reply.header('retry-after', RETRY_S), 503, detail);
  };
}

/** Reads one body at a time, in slices, so that many pushes delay probes no more than one does. */
class BodyReader {
  readonly #limit: number;
  readonly #turns = new Serial();
  readonly #waiting = new Room(MOST_WAITING);

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many records were taken. @throws Failure, BodyError */
  async taken({ headers, body }: FastifyRequest<{ Body: Buffer | undefined }>, target: PushTarget): Promise<number> {
    const records = await this.#turns.run(async () => {
      const bytes = await unpackedBody(body ?? Buffer.alloc(0), headers['content-encoding'] ?? '', this.#limit);
      const isLines = LINES_TYPES.includes(mediaType(headers['content-type']));
      const read = await pushedRecords(bytes, { isLines, wrapper: target.records });
      await this.#waiting.take(read.size);
      return read;
    });
    return await this.#given(records, target);
  }

  async #given(records: PackedRecords, target: PushTarget): Promise<number> {
    try {
      if (records.length > 0) await target.take(records);
      return records.length;
    } catch (error) {
      throw error instanceof Failure ? withHint(error, records) : error;
    } finally {
      this.#waiting.free(records.size);
    }
  }
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

function isOfForm(type: string): boolean {
  return type === '' || type === 'text/plain' || type === 'application/x-www-form-urlencoded';
}

/** Browsers name themselves by headers that no page can set or leave out. */
function isFromBrowser({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}
