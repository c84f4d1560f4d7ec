import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import { verdictStep } from '../similar/verdicts.ts';
import { decode } from '../store/codec.ts';
import type { Commit } from '../store/store.ts';
import { answeredAfter, tickedAfter } from '../store/tick.ts';
import type { Origin } from './messages.ts';
import type { KafkaSourceOptions } from './source.ts';
import { OURS } from './transactions.ts';
import type { GroupOffset } from './wire.ts';

/** The key of the record that ends every transaction. */
export const META_KEY = 'meta';
/** Of the names that whoever wrote a `meta` knew; see `renamed.ts`. */
export const NAMES = 2;

const tickEntry = z.strictObject({
  number: z.int(),
  offset: z.int(),
  silentMs: z.number(),
  answer: z.exactOptional(verdictStep),
  feedback: z.exactOptional(z.int()),
});

/** The record with which each transaction ends. */
export const metaEntry = z.strictObject({
  group: z.string(),
  stream: z.string(),
  topic: z.string(),
  partition: z.int(),
  /** Next offset of the input. */
  offset: z.int(),
  /** Where the state is. */
  checkpoint: z.int(),
  /** Outputs committed so far. */
  sequence: z.int(),
  /** Ticks committed so far, and those since the checkpoint. */
  ticked: z.int().default(0),
  ticks: z.array(tickEntry).default([]),
  /**
   * Answers below this offset of the feedback topic are acted on. Absent before the first, as earlier versions have it.
   */
  feedback: z.int().optional(),
  /** Wall clock when the newest observation was taken in. */
  heardMs: z.number().nullable().default(null),
  /** Ids of the two topics; absent where the brokers have none, and where an earlier version wrote it. */
  input: z.string().optional(),
  changelog: z.string().optional(),
  /** Records read between checkpoint and offset; absent where an earlier version wrote it. */
  records: z.int().optional(),
  /** Offsets between checkpoint and offset that an operator has moved the group past. */
  skipped: z.array(z.strictObject({ from: z.int(), to: z.int() })).optional(),
  /** `NAMES`; absent where an earlier version wrote it. */
  names: z.literal(NAMES).optional(),
});

/** Where a task is, and what its state is worth. */
export type Meta = z.infer<typeof metaEntry>;

/** What the brokers say beside the changelog. */
export interface BrokerView {
  readonly committed: GroupOffset | undefined;
  readonly inputId: string | undefined;
  readonly changelogId: string | undefined;
}

/** What an operator has decided for a case that Surprisal does not decide. */
export type Decisions = Pick<KafkaSourceOptions, 'on_lost_offset' | 'on_moved_offset'>;

/**
 * Where a task continues: as it was; past some records; from the start of another topic; or before its state, which is
 * then forgotten.
 */
export type Way =
  | { readonly kind: 'continue' }
  | { readonly kind: 'skip' | 'start_over'; readonly to: number }
  | { readonly kind: 'recreated'; readonly at: 'earliest' | 'latest' };

/** Data without behaviour; what is undefined is not written. */
export function asPlain(meta: Meta): Plain {
  return meta as unknown as Plain;
}

/** The `meta` in these bytes. @throws Failure state/corrupt, state/foreign where it is not that of this task */
export function metaOf(sealed: Uint8Array, origin: Origin, where: string): Meta {
  const { data, error } = metaEntry.safeParse(decode(META_KEY, sealed));
  if (error) throw new Failure('state/foreign', 'another version wrote the changelog', { where, cause: error });
  for (const key of ['group', 'stream', 'topic', 'partition'] as const) {
    if (data[key] === origin[key]) continue;
    throw new Failure('state/foreign', `it is the state of ${key} ${data[key]}, not of ${origin[key]}`, { where });
  }
  return data;
}

/** The `meta` after a commit. */
export function metaAfter(before: Meta, commit: Commit, isCheckpoint: boolean): Meta {
  const { outputs, offset, ticks: fresh = [], lastSeenMs = null, records = 0 } = commit;
  const read = before.records === undefined ? undefined : before.records + records;
  return {
    ...before,
    offset,
    checkpoint: isCheckpoint ? offset : before.checkpoint,
    sequence: before.sequence + outputs.length,
    ticks: isCheckpoint ? [] : [...before.ticks, ...fresh],
    ticked: tickedAfter(before.ticked, fresh),
    feedback: answeredAfter(before.feedback, fresh),
    heardMs: lastSeenMs,
    records: isCheckpoint ? 0 : read,
    skipped: isCheckpoint ? undefined : before.skipped,
  };
}

/**
 * What becomes of a task whose state is at `meta`, by what the brokers say. An offset that this group wrote has our
 * word beside it: one that lies beyond the state says that the state is behind; any other one that differs is a
 * person's decision.
 * @throws Failure state/lost, kafka/topic-recreated, kafka/offset-moved where the configuration does not say what to do
 */
export function wayOn(meta: Meta, view: BrokerView, decisions: Decisions, where: string): Way {
  const { committed, inputId, changelogId } = view;
  const input = `${meta.topic}/${meta.partition}`;
  if (isOther(meta.changelog, changelogId)) {
    const message = 'the topic was created anew, and holds only what was committed since';
    throw new Failure('state/lost', message, { where });
  }
  if (isOther(meta.input, inputId)) {
    const { on_lost_offset: at } = decisions;
    if (at !== 'stop') return { kind: 'recreated', at };
    const message = `the topic was created anew: offset ${meta.offset} is one of the topic before it`;
    throw new Failure('kafka/topic-recreated', message, { where: input });
  }
  if (committed === undefined || committed.offset === meta.offset) return { kind: 'continue' };
  const { offset: to, metadata } = committed;
  if (metadata !== OURS) return moved(meta, to, decisions, input);
  // An older one is that of a coordinator which is behind.
  if (to < meta.offset) return { kind: 'continue' };
  throw new Failure(
    'state/lost',
    `the state ends at offset ${meta.offset} of ${input}, but the group has committed ${to}`,
    {
      where,
    },
  );
}

function moved(meta: Meta, to: number, { on_moved_offset: onMoved }: Decisions, input: string): Way {
  if (onMoved === 'ignore') return { kind: 'continue' };
  if (onMoved === 'follow') return { kind: to > meta.offset ? 'skip' : 'start_over', to };
  const message = `somebody moved the group ${meta.group} to offset ${to}; its state is at ${meta.offset}`;
  throw new Failure('kafka/offset-moved', message, { where: input });
}

/** Whether both ids are known, and differ. */
export function isOther(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}
