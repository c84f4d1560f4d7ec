import avsc from 'avsc';
import { Instant } from '../decode/instant.ts';
import type { Schema } from '../decode/schema.ts';
import { Failure } from '../errors/failure.ts';
import { DAY_MS } from '../event/time.ts';

type Given = ConstructorParameters<typeof avsc.types.LogicalType>[0];

/**
 * Compiles a schema of Avro (1.12) for reading; `references`: the texts of the schemas that it uses, each after those
 * it uses itself. What it reads is as in `Schema`: enums are text, a union is the value of its branch, a decimal is the
 * nearest number, `date` and all timestamps are
 * `Instant`s. @throws Error where it is no such schema
 */
export function compileAvro(text: string, references: readonly string[]): Schema['read'] {
  const options = { registry: { ...longs }, logicalTypes };
  for (const reference of references) avsc.Type.forSchema(schemaIn(reference), options);
  const type = avsc.Type.forSchema(schemaIn(text), options);
  return ({ buffer, byteOffset, byteLength }) => {
    try {
      return type.fromBuffer(Buffer.from(buffer, byteOffset, byteLength));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Failure('decode/schema', `the record does not fit its schema: ${why}`, { cause });
    }
  };
}

/** A long that is read as something else. A number would hold 53 of its 64 bits. */
function longAs(convert: (value: bigint) => unknown) {
  const fromBuffer = (bytes: Buffer) => convert(bytes.readBigInt64LE());
  return avsc.types.LongType.__with({
    fromBuffer,
    toBuffer: readOnly,
    fromJSON: readOnly,
    toJSON: readOnly,
    isValid: readOnly,
    compare: readOnly,
  });
}

const time = (unitsPerMs: number, local: boolean) => longAs((value) => new Instant(Number(value) / unitsPerMs, local));

/**
 * By the names that replace them in a schema once it is read; a name with a dot is not of the schema's own namespace.
 */
const longs = {
  long: longAs((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
  'surprisal.timestamp_millis': time(1, false),
  'surprisal.timestamp_micros': time(1e3, false),
  'surprisal.timestamp_nanos': time(1e6, false),
  'surprisal.local_timestamp_millis': time(1, true),
  'surprisal.local_timestamp_micros': time(1e3, true),
  'surprisal.local_timestamp_nanos': time(1e6, true),
};

/** A type that is read as something else, and never written. */
abstract class ReadAs extends avsc.types.LogicalType {
  protected abstract override _fromValue(value: unknown): unknown;

  protected override _toValue(): never {
    return readOnly();
  }

  protected override _resolve(): never {
    return readOnly();
  }
}

class CalendarDay extends ReadAs {
  protected override _fromValue(days: number): Instant {
    return new Instant(days * DAY_MS, true);
  }
}

class Decimal extends ReadAs {
  readonly #scale: number;

  constructor(schema: Given, options: unknown) {
    super(schema, options);
    this.#scale = 'scale' in Object(schema) ? Number(Reflect.get(Object(schema), 'scale')) : 0;
  }

  /** Two's complement, big endian, in units of 10^−scale. */
  protected override _fromValue(bytes: Buffer): number {
    const unscaled = BigInt.asIntN(bytes.length * 8, bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`));
    return Number(`${unscaled}e-${this.#scale}`);
  }
}

/**
 * A union whose branches a value does not tell apart is read as `{ branch: value }`, an object of the library's own.
 */
class Unwrapped extends ReadAs {
  protected override _fromValue(value: unknown): unknown {
    const isWrapped =
      typeof value === 'object' && value !== null && 'unwrap' in value && typeof value.unwrap === 'function';
    return isWrapped ? Object.values(value)[0] : value;
  }
}

const UNION = 'surprisal-union';
const logicalTypes = { date: CalendarDay, decimal: Decimal, [UNION]: Unwrapped };

/** Keys under which a list of types is a union. */
const TYPE_KEYS = ['', 'type', 'items', 'values'];

/**
 * The schema, with what we read otherwise than the library named so, and without defaults, which only a reader's schema
 * needs.
 */
function schemaIn(text: string): Given {
  return JSON.parse(text, (key: string, value: unknown) => {
    if (key === 'default') return undefined;
    if (Array.isArray(value)) return TYPE_KEYS.includes(key) ? Object.assign(value, { logicalType: UNION }) : value;
    if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'long') return value;
    if ('name' in value) return value;
    const name = `surprisal.${'logicalType' in value ? String(value.logicalType).replaceAll('-', '_') : ''}`;
    return name in longs ? name : 'long';
  });
}

function readOnly(): never {
  throw new Error('Avro is only read here');
}
