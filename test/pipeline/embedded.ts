import type { SinkPlan, StreamPlan } from '../../src/pipeline/plan.ts';
import { Supervisor, type SupervisorEvents } from '../../src/pipeline/run/supervisor.ts';
import type { Source } from '../../src/source/source.ts';
import { EmbeddedBackend, type EmbeddedOptions } from '../../src/state/backend.ts';

/** A stream with its source. */
export interface TestStream extends StreamPlan {
  readonly openSource: () => Promise<Source>;
}

/** All that an embedded run is made of. */
export interface TestRun {
  readonly state: EmbeddedOptions['state'] & {
    readonly commit_records: number;
    readonly commit_interval: number;
    readonly checkpoint_records: number;
    readonly checkpoint_interval: number;
  };
  readonly streams: readonly TestStream[];
  readonly sinks: readonly SinkPlan[];
}

/** A run over a folder that is not started. */
export function embedded({ state, streams, sinks }: TestRun, events: SupervisorEvents): Supervisor {
  const sources = new Map(streams.map(({ detector, openSource }) => [detector.stream, openSource]));
  return new Supervisor({ limits: state, streams, sinks }, new EmbeddedBackend({ state, sources }, () => {}), events);
}
