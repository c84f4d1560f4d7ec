import type { Config } from '../config/config.ts';
import { isKafkaSource } from '../config/source.ts';
import { detectorOptions } from '../config/stream.ts';
import type { GroupPlan } from '../pipeline/group-plan.ts';
import type { ChooseEngines } from './engines.ts';
import { sinkPlans } from './plan.ts';

/** What a checked configuration means to a member of a consumer group; undefined where it reads no topic. As `planOf`. */
export function groupPlanOf(config: Config, choose: ChooseEngines): GroupPlan | undefined {
  const { group, kafka, state } = config;
  const streams = Object.entries(config.streams).flatMap(([name, stream]) => {
    const { source, decode } = stream;
    if (!isKafkaSource(source)) return [];
    const detector = detectorOptions(name, stream);
    return [{ source, decode, detector, engines: choose(detector) }];
  });
  if (kafka === undefined || streams.length === 0) return undefined;
  return { group, kafka, limits: state, streams, sinks: sinkPlans(config) };
}
