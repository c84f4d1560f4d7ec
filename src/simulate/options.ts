import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import { DAY_MS, type EpochMs } from '../event/time.ts';

interface Defaults<F extends readonly [string, ...string[]]> {
  /** Faults the world knows: all may occur unless chosen. */
  readonly faults: F;
  /** Faults per series and day. */
  readonly faultRate: number;
  /** Fault-free time at the start. */
  readonly calm: string;
}

/** The options every world has. The default start is a Monday, so that weeks are whole. */
export function sharedOptions<const F extends readonly [string, ...string[]]>({
  faults,
  faultRate,
  calm,
}: Defaults<F>) {
  return {
    seed: z
      .int()
      .nonnegative()
      .default(1)
      .describe('Another seed is another world; the same seed is the same, byte for byte.'),
    start: z.iso.datetime({ offset: true }).default('2026-01-05T05:00:00Z').describe('Event time of the beginning.'),
    days: z.number().positive().optional().describe('How long it lasts, in days of event time; without end if absent.'),
    faults: z
      .array(z.enum(faults))
      .default([...faults])
      .describe('Which faults may occur; [] = none.'),
    fault_rate: z
      .number()
      .nonnegative()
      .default(faultRate)
      .describe('Mean number of faults per series and day; 0 = none.'),
    calm: durationMs
      .prefault(calm)
      .describe('No fault starts in this time from the start, so that a detector can learn.'),
  };
}

/** What `sharedOptions` parses to. */
export interface SharedOptions {
  readonly seed: number;
  readonly start: string;
  readonly days?: number | undefined;
  readonly faults: readonly string[];
  readonly fault_rate: number;
  readonly calm: number;
}

/** Event time of the beginning, and of the end (exclusive; Infinity = without end). */
export function span({ start, days }: SharedOptions): { readonly startMs: EpochMs; readonly endMs: EpochMs } {
  const startMs = Date.parse(start);
  return { startMs, endMs: days === undefined ? Infinity : startMs + days * DAY_MS };
}
