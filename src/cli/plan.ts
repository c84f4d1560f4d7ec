import type { Config } from '../config/config.ts';
import { openSink } from '../config/sink.ts';
import { openSource } from '../config/source.ts';
import { detectorOptions } from '../config/stream.ts';
import type { Plan, StreamPlan } from '../pipeline/plan.ts';

/** What a checked configuration means to the runtime. No I/O. */
export function planOf(config: Config): Plan {
  const streams = Object.entries(config.streams).map(
    ([name, stream]): StreamPlan => ({
      decode: stream.decode,
      detector: detectorOptions(name, stream),
      openSource: () => openSource(stream.source),
    }),
  );
  const sinks = Object.entries(config.sinks).map(([name, sink]) => ({
    name,
    outputs: sink.outputs,
    streams: sink.streams,
    open: () => openSink(sink),
  }));
  return { state: config.state, streams, sinks, push: new Map() };
}
