import { z } from 'zod';
import { durationMs } from '../event/duration.ts';

const MAX_OVERLAP = 1_000;

const wholeMs = durationMs.refine((ms) => ms >= 1 && Number.isInteger(ms), 'at least 1ms, in whole milliseconds');

const silence = {
  silent_after: durationMs
    .optional()
    .describe(
      'A series of which nothing has come for longer than this is reported as silent: by the times of the others of its task, and by the wall clock where all of them send nothing. So is a channel without a value for this long, though its series sends; `channels.NAME.silent_after` sets that for one channel. Off if absent.',
    ),
  live_within: durationMs
    .prefault('1d')
    .describe(
      'The wall clock counts for silence if the newest observation, when it came, was at most this far from it; what is further away is history that is replayed. `0s` = never.',
    ),
};

const clock = {
  lateness: durationMs
    .prefault('0s')
    .describe('How long a window stays open after the watermark has passed its end, for observations that come late.'),
  out_of_orderness: durationMs
    .prefault('0s')
    .describe(
      'How far observations may be out of order: the watermark stays this far behind event time, which is the newest time that two series have reached.',
    ),
  max_leap: durationMs
    .optional()
    .describe(
      'An observation further ahead of event time is rejected as `time-leap`, unless another series says the same next, or its own three times in a row: then time has moved. Where the record says when it arrived (`http`, Kafka), that decides. If absent: 12 hours, or more where event time itself makes such steps: six times the longest lately, twenty times the usual.',
    ),
};

const gap = z.strictObject({
  policy: z
    .enum(['ignore', 'carry', 'zero'])
    .default('ignore')
    .describe(
      'What an empty window of a known series gives: no row, the last known values, or zeros. The network sees values that are repeated; they raise nothing, resolve nothing, and are not scored. A zero is a value.',
    ),
  max_fill: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('At most this many rows are filled in a gap; the rest of it has none.'),
  ...silence,
});

const event = z.strictObject({
  kind: z.literal('event').describe('Each observation is a row.'),
  ...clock,
  repeats: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe(
      'An observation with the time and the values of one before it: `drop` sets it aside as `duplicate`; `keep` makes it a row, where the data repeats itself and nothing sends twice.',
    ),
  gap: z.strictObject(silence).prefault({}).describe('What happens where nothing comes.'),
});

const tumbling = z.strictObject({
  kind: z.literal('tumbling').describe('One row for each window [k·size, (k + 1)·size) since 1970 in UTC.'),
  size: wholeMs.describe('Length of a window.'),
  ...clock,
  gap: gap.prefault({}).describe('What happens where nothing comes.'),
});

const hopping = z
  .strictObject({
    kind: z.literal('hopping').describe('Overlapping windows [k·hop, k·hop + size) since 1970 in UTC.'),
    size: wholeMs.describe('Length of a window.'),
    hop: wholeMs.describe('A window starts each hop; at most the size.'),
    ...clock,
    gap: gap.prefault({}).describe('What happens where nothing comes.'),
  })
  .refine(({ size, hop }) => hop <= size, { path: ['hop'], error: 'at most the size, or observations would be lost' })
  .refine(({ size, hop }) => size <= hop * MAX_OVERLAP, {
    path: ['hop'],
    error: `at least a ${MAX_OVERLAP}th of the size`,
  });

/** How observations become rows. An event-time window closes once, when the watermark reaches its end + lateness. */
export const windowOptions = z
  .discriminatedUnion('kind', [event, tumbling, hopping])
  .prefault({ kind: 'event' })
  .describe('How observations become rows.');

export type WindowOptions = z.infer<typeof windowOptions>;

/** Windows of one event. */
export type EventOptions = Extract<WindowOptions, { readonly kind: 'event' }>;

/** Windows with a length, tumbling or hopping. */
export type AlignedOptions = Exclude<WindowOptions, { readonly kind: 'event' }>;
