import type { Config } from '../config/config.ts';
import { isKafkaSource } from '../config/source.ts';
import { detectorOptions } from '../config/stream.ts';
import type { DecodeOptions } from '../decode/options.ts';
import type { GroupPlan } from '../pipeline/group-plan.ts';
import type { TaskSchemas } from '../pipeline/plan.ts';
import { BatchSchemas } from '../registry/batch-schemas.ts';
import { SchemaRegistry } from '../registry/registry.ts';
import type { ChooseEngines } from './engines.ts';
import { sinkPlans } from './plan.ts';

/** What a checked configuration means to a member of a consumer group; undefined where it reads no topic. As `planOf`. */
export function groupPlanOf(config: Config, choose: ChooseEngines): GroupPlan | undefined {
  const { group, kafka, state } = config;
  const openSchemas = schemasOf(config);
  const streams = Object.entries(config.streams).flatMap(([name, stream]) => {
    const { source, attributes } = stream;
    const decode = { ...stream.decode, attributes };
    if (!isKafkaSource(source)) return [];
    const detector = detectorOptions(name, stream);
    return [{ source, decode, detector, engines: choose(detector), openSchemas: openSchemas?.(decode) }];
  });
  if (kafka === undefined || streams.length === 0) return undefined;
  return { group, kafka, limits: state, streams, sinks: sinkPlans(config) };
}

/** One registry for all streams; what is fetched for one task need not be fetched for another. */
function schemasOf({ schema_registry: options }: Config): ((decode: DecodeOptions) => () => TaskSchemas) | undefined {
  if (options === undefined) return undefined;
  const registry = new SchemaRegistry(options);
  return (decode) => () => new BatchSchemas(registry, decode);
}
