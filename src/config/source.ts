import { type KafkaSourceOptions, kafkaSource } from '../kafka/source.ts';
import type { Source } from '../source/source.ts';
import { sources } from '../source/sources.ts';
import { type Kind, type KindOptions, kindUnion, openKind } from './kinds.ts';

/** What every source has in a configuration; its kind checked the rest. */
export interface SourceConfig {
  readonly kind: string;
}

const kinds: readonly Kind<Source>[] = sources;

/**
 * Every kind of source, chosen by `kind`. A topic is not opened here: its partitions come and go with the consumer
 * group.
 */
export const sourceOptions = kindUnion<SourceConfig, KindOptions>([...kinds, kafkaSource]);

/** Whether the source is a topic. */
export function isKafkaSource(options: SourceConfig): options is KafkaSourceOptions {
  return options.kind === kafkaSource.kind;
}

/** Opens a source that was checked; no I/O before its first `read`. */
export async function openSource(options: SourceConfig): Promise<Source> {
  return await openKind(kinds, options);
}
