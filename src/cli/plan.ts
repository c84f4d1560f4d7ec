import type { Config } from '../config/config.ts';
import { openSink } from '../config/sink.ts';
import { openSource, type SourceConfig } from '../config/source.ts';
import { detectorOptions } from '../config/stream.ts';
import { Failure } from '../errors/failure.ts';
import type { Plan, SinkPlan, StreamPlan } from '../pipeline/plan.ts';
import type { Source } from '../source/source.ts';
import type { ChooseEngines } from './engines.ts';

type Push = (records: readonly Uint8Array[]) => Promise<void>;

/** What a checked configuration means to the runtime; `choose` says which engines a stream gets. No I/O. */
export function planOf(config: Config, choose: ChooseEngines): Plan {
  const streams: StreamPlan[] = [];
  const push = new Map<string, Push>();
  for (const [name, stream] of Object.entries(config.streams)) {
    const open = openedOnce(stream.source);
    const detector = detectorOptions(name, stream);
    const decode = { ...stream.decode, attributes: stream.attributes };
    streams.push({ decode, detector, engines: choose(detector), openSource: open });
    if (stream.source.kind === 'http') push.set(name, pushInto(open));
  }
  return { state: config.state, streams, sinks: sinkPlans(config), push };
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

function pushInto(open: () => Promise<Source>): Push {
  return async (records) => {
    const source = await open();
    if (source.append === undefined) throw new Failure('source/full', `${source.name} takes no pushed records`);
    await source.append(records);
  };
}
