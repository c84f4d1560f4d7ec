import type { AlertOutput, Output, RejectOutput, ScoreOutput } from '../event/output.ts';
import type { SourceRecord } from '../event/record.ts';
import { hash64Hex } from '../math/hash.ts';
import { topicNames } from './names.ts';
import type { Header, Outgoing } from './record-batch.ts';
import type { ScoreRecords } from './score-records.ts';

/** Whose outputs these are. */
export interface Origin {
  readonly group: string;
  readonly stream: string;
  readonly topic: string;
  readonly partition: number;
  /** Partitions of each topic that outputs go to: those of partition p go to p modulo that. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Of scores in a compact format; absent = CloudEvents. */
  readonly scores?: ScoreRecords | undefined;
}

const SPEC_VERSION: Header = ['ce_specversion', '1.0'];
const JSON_TYPE: Header = ['content-type', 'application/json'];
const SCORE_TYPE: Header = ['ce_type', 'surprisal.score.v1'];
const ALERT_TYPE: Header = ['ce_type', 'surprisal.alert.v1'];
/** Headers of a dead letter that say why it is one. */
const OURS = new Set(
  'reason message stage group stream topic partition offset timestamp series time'
    .split(' ')
    .map((name) => `dlq_${name}`),
);

const NO_HEADERS: readonly Header[] = [];

/**
 * The record of an output, keyed by its series: scores in their format, alerts as CloudEvents 1.0 in binary mode, under
 * an id that every replay gives them again; rejects as dead letters, with the bytes, key and headers that came.
 */
export function outgoing(output: Output, origin: Origin, rejected: ReadonlyMap<number, SourceRecord>): Outgoing {
  const topic = topicOf(output, origin);
  const partition = origin.partition % (origin.partitions.get(topic) ?? 1);
  if (output.kind === 'reject') return { topic, partition, ...deadLetter(output, origin, rejected.get(output.offset)) };
  if (output.kind === 'score' && origin.scores !== undefined) {
    const { key, value, headerBytes } = origin.scores.encode(output);
    return { topic, partition, key, value, headers: NO_HEADERS, headerBytes };
  }
  return {
    topic,
    partition,
    key: output.series,
    value: JSON.stringify(output),
    headers: [
      SPEC_VERSION,
      ['ce_id', eventId(output)],
      ['ce_source', `/surprisal/${encodeURIComponent(origin.group)}/${encodeURIComponent(output.stream)}`],
      output.kind === 'score' ? SCORE_TYPE : ALERT_TYPE,
      ['ce_subject', encodeURIComponent(output.series)],
      ['ce_time', new Date(output.timeMs).toISOString()],
      JSON_TYPE,
    ],
  };
}

function topicOf({ kind }: Output, { group, topic }: Origin): string {
  if (kind === 'reject') return topicNames.deadLetters(topic);
  return kind === 'score' ? topicNames.scores(group) : topicNames.alerts(group);
}

/** A hash of stream, series, row end, kind and, for an alert, its id and revision. */
function eventId(output: ScoreOutput | AlertOutput): string {
  const { stream, series, timeMs, kind } = output;
  const step = output.kind === 'alert' ? [output.id, output.revision] : [];
  return hash64Hex(JSON.stringify([stream, series, timeMs, kind, ...step]));
}

type Letter = Pick<Outgoing, 'key' | 'value' | 'headers'>;

function deadLetter(output: RejectOutput, { group, topic, partition }: Origin, record?: SourceRecord): Letter {
  const { stream, reason, message, offset, series, timeMs } = output;
  const own: Header[] = [
    ['dlq_reason', reason],
    ['dlq_message', message],
    ['dlq_stage', reason.startsWith('decode/') ? 'decode' : 'window'],
    ['dlq_group', group],
    ['dlq_stream', stream],
    ['dlq_topic', topic],
    ['dlq_partition', String(partition)],
    ['dlq_offset', String(offset)],
    ['dlq_timestamp', String(record?.timestampMs ?? '')],
  ];
  if (series !== undefined) own.push(['dlq_series', series]);
  if (timeMs !== undefined) own.push(['dlq_time', new Date(timeMs).toISOString()]);
  return {
    key: record?.key ?? null,
    value: record?.absent ? null : (record?.value ?? Buffer.from(output.record, 'base64')),
    headers: [...came(record?.headers ?? []), ...own],
  };
}

/** The headers of the record, without those of an earlier life as a dead letter. O(headers). */
function came(headers: NonNullable<SourceRecord['headers']>): readonly Header[] {
  return headers.filter(([name]) => !OURS.has(name));
}
