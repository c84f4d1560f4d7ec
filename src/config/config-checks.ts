import type { z } from 'zod';
import { type DecodeOptions, namesSchemas } from '../decode/options.ts';
import type { Path } from './document.ts';
import { child } from './schema-walk.ts';
import type { SinkConfig } from './sink.ts';
import { isKafkaSource, type SourceConfig } from './source.ts';

interface Whole {
  readonly state: { readonly folder: string };
  readonly kafka?: object | undefined;
  readonly schema_registry?: object | undefined;
  readonly server: { readonly enabled: boolean };
  readonly streams: Readonly<Record<string, { readonly source: SourceConfig; readonly decode: DecodeOptions }>>;
  readonly sinks: Readonly<Record<string, SinkConfig>>;
}

/** What streams and sinks must agree on: names that exist, and files that have one owner. */
export function configChecks(whole: Whole, context: z.RefinementCtx): void {
  const { state, server, streams, sinks } = whole;
  kafkaChecks(whole, context);
  schemaChecks(whole, context);
  const owners = new Map<string, string>();
  const claim = (path: Path, place: unknown): void => {
    if (typeof place !== 'string') return;
    // A topic lies with the brokers: it is no folder of the same name.
    const name = `${path.at(-1) === 'topic' ? 'topic' : 'file'} ${place}`;
    const owner = owners.get(name);
    if (owner === undefined) owners.set(name, path.slice(0, 2).join('.'));
    else context.addIssue({ code: 'custom', path: [...path], message: `${owner} has this place already` });
  };
  claim(['state', 'folder'], state.folder);
  for (const [name, { source }] of Object.entries(streams)) {
    const at = ['streams', name, 'source'];
    claim([...at, 'path'], child(source, 'path'));
    claim([...at, 'folder'], child(source, 'folder'));
    claim([...at, 'topic'], child(source, 'topic'));
    if (source.kind !== 'http' || server.enabled) continue;
    context.addIssue({
      code: 'custom',
      path: [...at, 'kind'],
      message: 'records cannot be pushed while `server.enabled` is false',
    });
  }
  const known = Object.keys(streams);
  for (const [name, sink] of Object.entries(sinks)) {
    if (child(sink, 'path') !== '-') claim(['sinks', name, 'path'], child(sink, 'path'));
    sink.streams?.forEach((stream, index) => {
      if (known.includes(stream)) return;
      const path = ['sinks', name, 'streams', index];
      context.addIssue({ code: 'custom', path, message: 'no such stream', params: { known } });
    });
  }
}

/** State lies either with the brokers or in a folder, so streams come either all from topics or none does. */
function kafkaChecks({ kafka, streams }: Whole, context: z.RefinementCtx): void {
  const all = Object.entries(streams);
  const fromTopics = all.filter(([, { source }]) => isKafkaSource(source));
  if (fromTopics.length === 0) return;
  for (const [name, { source }] of all) {
    const path = ['streams', name, 'source', 'kind'];
    if (!isKafkaSource(source)) {
      const message = `streams come either all from Kafka, as ${fromTopics[0][0]} does, or none; run the others by a configuration of their own`;
      context.addIssue({ code: 'custom', path, message });
    } else if (kafka === undefined) {
      context.addIssue({ code: 'custom', path, message: 'needs the section `kafka`, which names the brokers' });
    }
  }
}

/** Only a topic's records come as bytes with a schema's name, and only a registry knows the name. */
function schemaChecks({ schema_registry, streams }: Whole, context: z.RefinementCtx): void {
  for (const [name, { source, decode }] of Object.entries(streams)) {
    if (!namesSchemas(decode) || source.kind === 'simulate') continue;
    const path = ['streams', name, 'decode', 'format'];
    const message = !isKafkaSource(source)
      ? `${decode.format} comes from Kafka, and this source is ${source.kind}`
      : 'needs the section `schema_registry`, which knows the schemas';
    if (!isKafkaSource(source) || schema_registry === undefined) context.addIssue({ code: 'custom', path, message });
  }
}
