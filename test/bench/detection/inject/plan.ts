import type { Random } from '../../../../src/math/random.ts';
import type { Recording } from '../recording.ts';
import {
  FAULT_KINDS,
  FAULT_RANGES,
  type FaultyRecording,
  type InjectedFault,
  type InjectedKind,
  inject,
} from './faults.ts';

/** Rows at the start without a fault. */
export const CALM_ROWS = 1000;
/** One fault in each slot of rows, so that it is rare in its own data and each has its aftermath to itself. */
export const SLOT_ROWS = 1000;
/** Rows behind a fault in which an incident is neither caught nor false. */
export const AFTERMATH_ROWS = 100;
/** A channel with fewer distinct values cannot show most faults; a stretch with fewer cannot show a stuck one. */
const LEAST_DISTINCT = 30;
const LEAST_MOVING = 5;
const TRIES = 50;

/** Where nothing may be injected: rows that are not fault-free. */
export type Forbidden = (first: number, last: number) => boolean;

/** Channels of a recording into which faults may go. */
export function usableChannels({ values }: Recording): number[] {
  return values.flatMap((channel, c) => (new Set(channel).size >= LEAST_DISTINCT ? [c] : []));
}

/** Kinds in a shuffled order, each as often as the others: shared by the recordings of a set, however short they are. */
export class KindBag {
  readonly #random: Random;
  #left: InjectedKind[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  next(): InjectedKind {
    if (this.#left.length === 0) this.#left = [...FAULT_KINDS];
    const [kind] = this.#left.splice(this.#random.int(this.#left.length), 1);
    return kind;
  }
}

/** What the faults of a recording are drawn from. */
export interface Draws {
  readonly kinds: KindBag;
  readonly random: Random;
  readonly forbidden?: Forbidden;
}

/**
 * A copy of the recording with one fault in each slot: its kind from the bag; channel, place, length and size drawn from `random`. A slot
 * in which no place is allowed stays as it is.
 */
export function withFaults(recording: Recording, { kinds, random, forbidden = () => false }: Draws): FaultyRecording {
  const channels = usableChannels(recording);
  const values = recording.values.map((channel) => channel.slice());
  const slots = Math.max(0, Math.floor((recording.times.length - CALM_ROWS) / SLOT_ROWS));
  const faults: InjectedFault[] = [];
  for (let slot = 0; slot < slots && channels.length > 0; slot++) {
    const from = CALM_ROWS + slot * SLOT_ROWS;
    const fault = drawn(recording, { kind: kinds.next(), from, channels }, random, forbidden);
    if (fault === undefined) continue;
    faults.push(fault);
    inject(values[fault.channel], fault, deviation(recording.values[fault.channel]), random);
  }
  return { recording: { ...recording, values }, faults };
}

interface Slot {
  readonly kind: InjectedKind;
  readonly from: number;
  readonly channels: readonly number[];
}

function drawn(recording: Recording, { kind, from, channels }: Slot, random: Random, forbidden: Forbidden) {
  const { rows, size } = FAULT_RANGES[kind];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const channel = random.pick(channels);
    const length = Math.round(logUniform(rows, random));
    const first = from + random.int(SLOT_ROWS - length - AFTERMATH_ROWS);
    const last = first + length - 1;
    const fault: InjectedFault = {
      kind,
      channel,
      first,
      last,
      size: logUniform(size, random),
      sign: random.pick([-1, 1]),
    };
    const moving = new Set(recording.values[channel].subarray(first, last + 1)).size >= LEAST_MOVING;
    if (!forbidden(first, last + AFTERMATH_ROWS) && (kind !== 'stuck' || moving)) return fault;
  }
  return undefined;
}

function logUniform([low, high]: readonly [number, number], random: Random): number {
  return low * (high / low) ** random.next();
}

/** Standard deviation of the whole channel, what is missing left out. */
export function deviation(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
}
