import type { DecodeOptions } from '../decode/options.ts';
import type { DetectorOptions } from '../detector/options.ts';
import type { Output } from '../event/output.ts';
import type { Sink } from '../sink/sink.ts';
import type { Source } from '../source/source.ts';
import type { StateOptions } from '../state/options.ts';

/** When a task commits: after so many records, or so long after the first that is not committed; and how much of that stays. */
export interface CommitLimits {
  readonly commit_records: number;
  /** Outputs of each task that the outbox keeps once every sink has had them. */
  readonly outbox_keep: number;
  /** Wall clock, ms. */
  readonly commit_interval: number;
}

/** One stream to run. */
export interface StreamPlan {
  readonly decode: DecodeOptions;
  readonly detector: DetectorOptions;
  readonly openSource: () => Promise<Source>;
}

/** One sink to deliver to. */
export interface SinkPlan {
  readonly name: string;
  readonly outputs: readonly Output['kind'][];
  /** Streams it is offered; all where absent. */
  readonly streams?: readonly string[] | undefined;
  readonly open: () => Promise<Sink>;
}

/** Everything an embedded run needs, checked. */
export interface Plan {
  readonly state: StateOptions & CommitLimits;
  readonly streams: readonly StreamPlan[];
  readonly sinks: readonly SinkPlan[];
  /** Streams that take records pushed to them. */
  readonly push: ReadonlyMap<string, (records: readonly Uint8Array[]) => Promise<void>>;
}
