import type { MissingValues } from '../../decode/missing.ts';
import type { Detector } from '../../detector/detector.ts';
import type { Failure } from '../../errors/failure.ts';
import type { Output } from '../../event/output.ts';
import type { VerdictStep } from '../../similar/verdicts.ts';

/** What a restore cost. */
export interface Restoring {
  readonly seconds: number;
  readonly bytes: number;
  /** Records processed again since the checkpoint. */
  readonly replayed: number;
}

/** A task as it is seen from outside. */
export interface LiveTask {
  readonly name: string;
  readonly stream: string;
  readonly detector: Detector;
  /** Where its source is read from next. */
  readonly position: number;
  readonly state: 'starting' | 'running' | 'done';
  /** Whether nothing was processed since the newest checkpoint that succeeded. */
  readonly isCheckpointed: boolean;
  /** Alerts a week that the stream's budget allows now; undefined without one. */
  readonly budgetPerWeek: number | undefined;
  /** Acts on a person's answer to an alert; resolves once it is durable. @throws Failure pipeline/not-running */
  answer(answer: VerdictStep): Promise<void>;
}

/** What a task reports. */
export interface TaskEvents {
  restored(task: LiveTask, restoring: Restoring): void;
  consumed(task: LiveTask, records: number): void;
  /** Values that could not be used, of records that were consumed. */
  missing(task: LiveTask, values: readonly MissingValues[]): void;
  emitted(task: LiveTask, outputs: readonly Output[], seconds: number): void;
  /** One learning step of the network, within the time of `emitted`. */
  learned(task: LiveTask, seconds: number): void;
  /** Something failed, and is tried again. */
  interrupted(where: string, failure: Failure): void;
  committed(
    task: LiveTask,
    commit: { readonly seconds: number; readonly bytes: number; readonly checkpoint: boolean },
  ): void;
}
