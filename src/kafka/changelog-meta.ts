import { z } from 'zod';
import { verdictStep } from '../similar/verdicts.ts';

/** Key of the record with which each transaction ends. */
export const META_KEY = 'meta';
/** What the key of a state's entry begins with. */
export const STATE_PREFIX = 'state/';

const tickEntry = z.strictObject({
  number: z.int(),
  offset: z.int(),
  silentMs: z.number(),
  answer: z.exactOptional(verdictStep),
  feedback: z.exactOptional(z.int()),
});

/** How far a task has come: the record with which each of its transactions ends. */
export const metaEntry = z.strictObject({
  group: z.string(),
  stream: z.string(),
  topic: z.string(),
  partition: z.int(),
  /** Next offset of the input. */
  offset: z.int(),
  /** Where the state stands. */
  checkpoint: z.int(),
  /** Outputs committed so far. */
  sequence: z.int(),
  /** Ticks committed so far, and those since the checkpoint. */
  ticked: z.int().default(0),
  ticks: z.array(tickEntry).default([]),
  /** Answers below this offset of the feedback topic are acted on. Absent before the first, as earlier versions have it. */
  feedback: z.int().optional(),
  /** Wall clock when the newest observation was taken in. */
  heardMs: z.number().nullable().default(null),
});

/** See `metaEntry`. */
export type Meta = z.infer<typeof metaEntry>;
