import type { Config } from '../config/config.ts';
import { openSink } from '../config/sink.ts';
import { isKafkaSource, openSource, type SourceConfig } from '../config/source.ts';
import { detectorOptions, type StreamConfig, wordsBeside } from '../config/stream.ts';
import type { DecodeOptions } from '../decode/options.ts';
import { Failure } from '../errors/failure.ts';
import type { GroupOptions } from '../kafka/needed-topics.ts';
import type { Plan, PushPlan, SinkPlan, StreamPlan, TaskSchemas } from '../pipeline/plan.ts';
import { usable } from '../pipeline/task/usable.ts';
import { BatchSchemas } from '../registry/batch-schemas.ts';
import { SchemaRegistry } from '../registry/registry.ts';
import type { Source } from '../source/source.ts';
import type { EmbeddedOptions } from '../state/backend.ts';
import type { ChooseEngines } from './engines.ts';

/**
 * What a checked configuration means to a run; `choose` says which engines a stream gets, `others` are sinks that are
 * not in it. No I/O.
 */
export function planOf(config: Config, choose: ChooseEngines, others: readonly SinkPlan[] = []): Plan {
  const openSchemas = schemasOf(config);
  const streams = Object.entries(config.streams).map(([name, stream]): StreamPlan => {
    const detector = detectorOptions(name, stream);
    const decode = mappingOf(stream);
    const schemas = isKafkaSource(stream.source) ? openSchemas?.(decode) : undefined;
    return { decode, detector, engines: choose(detector), openSchemas: schemas };
  });
  return { limits: config.state, streams, sinks: [...sinkPlans(config), ...others] };
}

/** The consumer group of a configuration; undefined where it reads no topic. */
export function groupOf(config: Config, others: readonly SinkPlan[] = []): GroupOptions | undefined {
  const { group, kafka } = config;
  const streams = Object.entries(config.streams).flatMap(([stream, { source, emit }]) =>
    isKafkaSource(source) ? [{ stream, source, format: emit.format }] : [],
  );
  if (kafka === undefined || streams.length === 0) return undefined;
  return { group, kafka, streams, delivers: sinkPlans(config).length + others.length > 0 };
}

/** What an embedded run keeps and reads, and the streams that take pushed records. */
export function embeddedOf(config: Config): {
  readonly options: EmbeddedOptions;
  readonly push: ReadonlyMap<string, PushPlan>;
} {
  const sources = new Map<string, () => Promise<Source>>();
  const push = new Map<string, PushPlan>();
  for (const [name, stream] of Object.entries(config.streams)) {
    const open = openedOnce(stream.source);
    sources.set(name, open);
    if (stream.source.kind !== 'http') continue;
    const refuseUnusable = usable(mappingOf(stream), detectorOptions(name, stream).channels);
    push.set(name, pushPlan(stream.source, refuseUnusable, open));
  }
  return { options: { state: config.state, sources }, push };
}

/** How the records of a stream are decoded. */
export function mappingOf({ decode, attributes, channels }: StreamConfig): StreamPlan['decode'] {
  return { ...decode, attributes: wordsBeside(attributes, channels) };
}

/** One registry for all streams; what is fetched for one task need not be fetched for another. */
function schemasOf({ schema_registry: options }: Config): ((decode: DecodeOptions) => () => TaskSchemas) | undefined {
  if (options === undefined) return undefined;
  const registry = new SchemaRegistry(options);
  return (decode) => () => new BatchSchemas(registry, decode);
}

/** The sinks of a configuration. */
export function sinkPlans({ sinks }: Config): readonly SinkPlan[] {
  return Object.entries(sinks).map(([name, sink]) => ({
    name,
    outputs: sink.outputs,
    streams: sink.streams,
    open: () => openSink(sink),
  }));
}

/** The task reads from the source that the server pushes into. */
function openedOnce(options: SourceConfig): () => Promise<Source> {
  let opened: Promise<Source> | undefined;
  return () => {
    opened ??= openSource(options);
    return opened;
  };
}

function pushPlan(
  source: SourceConfig,
  refuseUnusable: ReturnType<typeof usable>,
  open: () => Promise<Source>,
): PushPlan {
  const records = 'records' in source && typeof source.records === 'string' ? source.records : undefined;
  return {
    records,
    async take(pushed) {
      await refuseUnusable(pushed);
      const opened = await open();
      if (opened.append === undefined) throw new Failure('source/full', `${opened.name} takes no pushed records`);
      await opened.append(pushed);
    },
  };
}
