import type { Decoder } from '../../decode/decoder.ts';
import type { MissingValues } from '../../decode/missing.ts';
import type { Detector } from '../../detector/detector.ts';
import { Failure } from '../../errors/failure.ts';
import type { Admission, Observation } from '../../event/observation.ts';
import type { Output, RejectOutput } from '../../event/output.ts';
import type { SourceRecord } from '../../event/record.ts';
import type { EpochMs } from '../../event/time.ts';
import type { Recorder } from './recorder.ts';

/** Bytes of a rejected record that are kept. */
const KEPT_BYTES = 4096;

/** What a `Date` can hold. */
const LAST_DATE_MS = 8.64e15;

const ADMISSIONS: Readonly<Record<Exclude<Admission, 'accepted'>, string>> = {
  late: 'came after its window had closed, or after a later row of its series',
  duplicate: 'repeats a record before it',
  'time-leap': 'is too far ahead of event time to be true',
};

/** What a processor works with. */
export interface ProcessorParts {
  readonly decoder: Decoder;
  readonly detector: Detector;
  /** Learns of each observation before the detector does. */
  readonly recorder?: Pick<Recorder, 'observed'> | undefined;
}

/** From records to outputs: decodes, detects, and rejects what cannot be used, each in its turn. */
export class Processor {
  readonly #stream: string;
  readonly #source: string;
  readonly #decoder: Decoder;
  readonly #detector: Detector;
  readonly #recorder: Pick<Recorder, 'observed'> | undefined;
  #rejected = new Map<number, SourceRecord>();
  #accepted = 0;

  constructor(stream: string, source: string, parts: ProcessorParts) {
    this.#stream = stream;
    this.#source = source;
    this.#decoder = parts.decoder;
    this.#detector = parts.detector;
    this.#recorder = parts.recorder;
  }

  /**
   * Takes records in, in order; what they give waits in the detector. All are decoded before the first is detected: in
   * two tight loops the code and the data of each stay in the processor's caches. @throws Failure of another remedy
   * than skip-record
   */
  take(records: readonly SourceRecord[]): void {
    const decoded = records.map((record) => this.#decode(record));
    for (let n = 0; n < records.length; n++) this.#detect(records[n], decoded[n]);
  }

  /** What came of the records, in order. */
  drain(): readonly Output[] {
    return this.#detector.drain();
  }

  /** The records rejected since the last call, by offset. */
  takeRejected(): ReadonlyMap<number, SourceRecord> {
    const rejected = this.#rejected;
    this.#rejected = new Map();
    return rejected;
  }

  /** The values that were missing in records since the last call, by channel and reason. */
  takeMissing(): readonly MissingValues[] {
    return this.#decoder.takeMissing();
  }

  /** How many records became observations of a series since the last call. */
  takeAccepted(): number {
    const accepted = this.#accepted;
    this.#accepted = 0;
    return accepted;
  }

  /** The observation, or why the record is rejected. */
  #decode(record: SourceRecord): Observation | Failure {
    if (record.cutFrom !== undefined) {
      const message = `the record has ${record.cutFrom} bytes, more than \`max_record_bytes\``;
      return new Failure('decode/too-large', message);
    }
    try {
      return this.#decoder.decode(record);
    } catch (error) {
      if (error instanceof Failure && error.remedy === 'skip-record') return error;
      throw error;
    }
  }

  #detect(record: SourceRecord, decoded: Observation | Failure): void {
    if (decoded instanceof Failure) {
      this.#reject(record, decoded.code, decoded.message);
      return;
    }
    this.#recorder?.observed(decoded, record.timestampMs);
    const admission = this.#detector.observe(decoded, record.timestampMs);
    if (admission === 'accepted') this.#accepted++;
    else this.#reject(record, admission, this.#refusal(decoded, admission), decoded);
  }

  #refusal({ timeMs }: Observation, admission: Exclude<Admission, 'accepted'>): string {
    const { watermark } = this.#detector;
    const reached =
      admission === 'time-leap' && Number.isFinite(watermark) ? `; the watermark is ${iso(watermark)}` : '';
    return `the record of ${iso(timeMs)} ${ADMISSIONS[admission]}${reached}`;
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

/** In words where no calendar goes so far. */
function iso(timeMs: EpochMs): string {
  return Math.abs(timeMs) <= LAST_DATE_MS ? new Date(timeMs).toISOString() : `${timeMs} ms`;
}
