import type { z } from 'zod';
import type { EpochMs } from '../event/time.ts';
import type { Episode } from './faults.ts';

/** A field of a record, ready for `JSON.stringify`; null = missing. */
export type Field = string | number | null;

/** One record of a world. `fields` holds the key and the time (`time`, ISO 8601) too. */
export interface SimulatedEvent {
  readonly series: string;
  readonly timeMs: EpochMs;
  readonly fields: Readonly<Record<string, Field>>;
  /** The fault this record shows; the same object throughout one fault. The record itself does not show it. */
  readonly fault?: Episode | undefined;
  /** What happens in the world, healthy or not, where the world says so: `asleep`. The record does not show it. */
  readonly activity?: string | undefined;
}

/**
 * A seeded simulation. The same options give the same events for ever; options are those that `options` has parsed.
 * Each series rolls dice of its own: a home does not change because another is added.
 */
export interface World<O = unknown> {
  /** Name in configurations and commands. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Field that names the series. */
  readonly key: string;
  /** Numeric fields, in the order written. */
  readonly channels: readonly string[];
  /** Fields that are words, beside key and time; none where absent. */
  readonly attributes?: readonly string[];
  /** Faults this world knows. */
  readonly faults: readonly string[];
  readonly options: z.ZodObject;
  /** Events in the order of event time, then of series; without end where `days` is absent. O(1) memory in time. */
  generate(options: O): Iterable<SimulatedEvent>;
}

/** Keeps the type of the options between `options` and `generate`. */
export function defineWorld<O extends z.ZodObject>(
  world: World<z.output<O>> & { readonly options: O },
): World<z.output<O>> {
  return world;
}
