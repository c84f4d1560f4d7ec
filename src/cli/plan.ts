import type { Config } from '../config/config.ts';
import { openSink } from '../config/sink.ts';
import { openSource, type SourceConfig } from '../config/source.ts';
import { detectorOptions } from '../config/stream.ts';
import { Failure } from '../errors/failure.ts';
import type { Plan, PushPlan, SinkPlan, StreamPlan } from '../pipeline/plan.ts';
import { usable } from '../pipeline/usable.ts';
import type { Source } from '../source/source.ts';
import type { ChooseEngines } from './engines.ts';

/** What a checked configuration means to the runtime; `choose` says which engines a stream gets. No I/O. */
export function planOf(config: Config, choose: ChooseEngines): Plan {
  const streams: StreamPlan[] = [];
  const push = new Map<string, PushPlan>();
  for (const [name, stream] of Object.entries(config.streams)) {
    const open = openedOnce(stream.source);
    const detector = detectorOptions(name, stream);
    const decode = { ...stream.decode, attributes: stream.attributes };
    streams.push({ decode, detector, engines: choose(detector), openSource: open });
    if (stream.source.kind === 'http') push.set(name, pushPlan(stream.source, { decode, detector, openSource: open }));
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

function pushPlan(source: SourceConfig, stream: Pick<StreamPlan, 'decode' | 'detector' | 'openSource'>): PushPlan {
  const refuseUnusable = usable(stream.decode, stream.detector.channels);
  const records = 'records' in source && typeof source.records === 'string' ? source.records : undefined;
  return {
    records,
    async take(pushed) {
      refuseUnusable(pushed);
      const opened = await stream.openSource();
      if (opened.append === undefined) throw new Failure('source/full', `${opened.name} takes no pushed records`);
      await opened.append(pushed);
    },
  };
}
