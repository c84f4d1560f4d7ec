import type { Decoder } from '../decode/decoder.ts';
import type { Admission, Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import type { Observation } from '../event/observation.ts';
import type { Output, RejectOutput } from '../event/output.ts';
import type { SourceRecord } from '../event/record.ts';

/** Bytes of a rejected record that are kept. */
const KEPT_BYTES = 4096;

const ADMISSIONS: Readonly<Record<Exclude<Admission, 'accepted'>, string>> = {
  late: 'it came after its window had closed',
  duplicate: 'it repeats the record before it',
  'time-leap': 'its time is further ahead than `max_leap` of everything seen',
};

/** From records to outputs: decodes, detects, and sets aside what cannot be used, each in its turn. */
export class Intake {
  readonly #stream: string;
  readonly #source: string;
  readonly #decoder: Decoder;
  readonly #detector: Detector;
  #rejected = new Map<number, SourceRecord>();
  #accepted = 0;

  constructor(stream: string, source: string, parts: { readonly decoder: Decoder; readonly detector: Detector }) {
    this.#stream = stream;
    this.#source = source;
    this.#decoder = parts.decoder;
    this.#detector = parts.detector;
  }

  /** Takes records in, in order; what they give waits in the detector. @throws Failure of another remedy than skip-record */
  take(records: readonly SourceRecord[]): void {
    for (const record of records) this.#takeOne(record);
  }

  /** What came of the records, in order. */
  drain(): readonly Output[] {
    return this.#detector.drain();
  }

  /** The records set aside since the last call, by offset. */
  takeRejected(): ReadonlyMap<number, SourceRecord> {
    const rejected = this.#rejected;
    this.#rejected = new Map();
    return rejected;
  }

  /** How many records became observations of a series since the last call. */
  takeAccepted(): number {
    const accepted = this.#accepted;
    this.#accepted = 0;
    return accepted;
  }

  #takeOne(record: SourceRecord): void {
    let observation: Observation;
    if (record.cutFrom !== undefined) {
      this.#reject(
        record,
        'decode/too-large',
        `the record has ${record.cutFrom} bytes, more than \`max_record_bytes\``,
      );
      return;
    }
    try {
      observation = this.#decoder.decode(record);
    } catch (error) {
      if (!(error instanceof Failure) || error.remedy !== 'skip-record') throw error;
      this.#reject(record, error.code, error.message);
      return;
    }
    const admission = this.#detector.observe(observation);
    if (admission === 'accepted') this.#accepted++;
    else this.#reject(record, admission, ADMISSIONS[admission], observation);
  }

  #reject(record: SourceRecord, reason: string, message: string, observation?: Observation): void {
    this.#rejected.set(record.offset, record);
    const { value, offset, line } = record;
    const where = line > 0 ? `${this.#source}:${line}` : `${this.#source}@${offset}`;
    const kept = Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, KEPT_BYTES));
    const about = observation ? { series: observation.series, timeMs: observation.timeMs } : {};
    const output: RejectOutput = {
      kind: 'reject',
      stream: this.#stream,
      reason,
      message: `${where}: ${message}`,
      offset,
      ...about,
      record: kept.toString('base64'),
    };
    this.#detector.reject(output);
  }
}
