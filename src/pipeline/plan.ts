import type { Mapping } from '../decode/options.ts';
import type { Schemas } from '../decode/schema.ts';
import type { DetectorOptions } from '../detector/options.ts';
import type { Output } from '../event/output.ts';
import type { RecordBytes, SourceRecord } from '../event/record.ts';
import type { EngineKind } from '../lstm/engines.ts';
import type { Sink } from '../sink/sink.ts';
import type { Bundles } from './task/recorder.ts';

/**
 * When a task commits its outputs and its place in the source: after so many records, or so long after the first that
 * is not committed. And when a commit is a checkpoint as well, with all the state that changed: by the same two
 * measures.
 */
export interface CommitLimits {
  readonly commit_records: number;
  /** Wall clock, ms. */
  readonly commit_interval: number;
  readonly checkpoint_records: number;
  /** Wall clock, ms. */
  readonly checkpoint_interval: number;
}

/** The schemas that a task's records name, made ready a batch at a time: decoding waits for nothing. */
export interface TaskSchemas extends Schemas {
  /** Fetches what the batch names, and forgets the batch before. @throws Failure */
  prepare(batch: readonly SourceRecord[], signal: AbortSignal): Promise<void>;
}

/** One stream to run. */
export interface StreamPlan {
  readonly decode: Mapping;
  readonly detector: DetectorOptions;
  /** The engines of this machine, the best for this stream first. */
  readonly engines: readonly EngineKind[];
  /** For each of its tasks, where records name schemas. */
  readonly openSchemas?: (() => TaskSchemas) | undefined;
}

/** One sink to deliver to. */
export interface SinkPlan {
  readonly name: string;
  readonly outputs: readonly Output['kind'][];
  /** Streams it is offered; all where absent. */
  readonly streams?: readonly string[] | undefined;
  readonly open: () => Promise<Sink>;
}

/** Everything a run needs beside its backend, checked. */
export interface Plan {
  readonly limits: CommitLimits;
  readonly streams: readonly StreamPlan[];
  readonly sinks: readonly SinkPlan[];
  /** Where the bundles of alerts go; absent = there are none. */
  readonly bundles?: Bundles | undefined;
}

/** A stream that takes pushed records. `records`: JSON pointer to their array in a body that wraps it. */
export interface PushPlan {
  /** All or none; resolves once they are durable. @throws Failure source/full, source/unusable */
  readonly take: (records: RecordBytes) => Promise<void>;
  readonly records?: string | undefined;
}

/** Alerts a week that a stream's budget allows with so many series; undefined without a budget. */
export function alertsPerWeek({ budget }: DetectorOptions['alert'], series: number): number | undefined {
  return budget && budget.perWeek * (budget.per === 'series' ? series : 1);
}

/** How long a step takes, seconds. */
export function secondsOf(step: () => void): number {
  const began = performance.now();
  step();
  return (performance.now() - began) / 1000;
}
