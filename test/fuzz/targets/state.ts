import { Detector } from '../../../src/detector/detector.ts';
import { Failure } from '../../../src/errors/failure.ts';
import type { Plain } from '../../../src/event/plain.ts';
import type { Random } from '../../../src/math/random.ts';
import { decode, encode } from '../../../src/store/codec.ts';
import { kept } from '../../detector/kept.ts';
import { smallDetector } from '../../detector/options.ts';
import type { FuzzKind } from '../campaign.ts';
import { anyOf, spoiledBytes } from '../spoil.ts';

const options = smallDetector([{}, { silent_after: '1h' }], { window: { kind: 'tumbling', size: '1m' } });
const WRONG: readonly Plain[] = [null, true, -1, 1e300, Number.NaN, 2 ** 40, '', 'x', '__proto__', [], {}];

/** Entries of a task's state: spoiled bytes, and whole bytes of wrong data, are a Failure, or what they were. */
export const state: FuzzKind = {
  kind: 'state',
  open: async () => {
    const detector = new Detector(options);
    for (let n = 0; n < 400; n++) {
      const values = Float64Array.of(Math.sin(n), n % 5 === 0 ? Number.NaN : n % 7);
      detector.observe({ series: `s${n % 3}`, timeMs: 1.7e12 + n * 20_000, values });
    }
    detector.drain();
    const entries = [...kept(detector)];
    return { attempt: (random) => (random.next() < 0.5 ? bytes(random, entries) : data(random, entries)) };
  },
};

type Entries = readonly (readonly [name: string, plain: Plain])[];

function bytes(random: Random, entries: Entries): void {
  const [name, plain] = anyOf(random, entries);
  const whole = encode(name, plain);
  const spoiled = spoiledBytes(random, whole);
  const read = unlessFailed(() => decode(name, spoiled));
  if (read !== undefined && !spoiled.equals(whole)) throw new Error(`${name}: a spoiled entry was read`);
}

function data(random: Random, entries: Entries): void {
  const at = Math.floor(random.next() * entries.length);
  const wrong = entries.map(([name, plain], n) => [name, n === at ? spoiledPlain(random, plain) : plain] as const);
  unlessFailed(() => {
    const detector = new Detector(options);
    for (const [name, plain] of wrong) detector.state.restore(name, decode(name, encode(name, plain)));
    detector.state.restored();
    return detector;
  });
}

/** The same with one part of it of another type, size or name. */
function spoiledPlain(random: Random, plain: Plain): Plain {
  if (plain instanceof Uint8Array) {
    const how = random.next();
    return how < 0.3 ? plain.slice(1) : how < 0.6 ? new Uint8Array(plain.length) : spoiledBytes(random, plain);
  }
  if (typeof plain !== 'object' || plain === null || random.next() < 0.1) return anyOf(random, WRONG);
  if (Array.isArray(plain)) {
    if (plain.length === 0 || random.next() < 0.2) return [...plain, anyOf(random, WRONG)];
    const at = Math.floor(random.next() * plain.length);
    return plain.map((part, n) => (n === at ? spoiledPlain(random, part) : part));
  }
  const record = plain as Readonly<Record<string, Plain>>;
  const key = anyOf(random, Object.keys(record));
  if (key === undefined || random.next() < 0.1) return { ...record, more: 1 };
  const { [key]: part, ...rest } = record;
  return random.next() < 0.15 ? rest : { ...record, [key]: spoiledPlain(random, part) };
}

function unlessFailed<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
