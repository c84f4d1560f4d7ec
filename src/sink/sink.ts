import type { z } from 'zod';
import type { Output } from '../event/output.ts';
import type { TestReport } from './trial.ts';

/** An output with its place in the outbox of its task: stream and sequence identify it. */
export interface NumberedOutput {
  readonly sequence: number;
  readonly output: Output;
}

/** A place outputs go to. It neither counts, logs nor retries: `pipeline` does that for all alike. */
export interface Sink {
  /** Outputs that a write is given at most; 500 where absent. */
  readonly batch?: number;
  /**
   * Delivers the whole batch, in order. Resolves when the receiver has it. Several tasks may write at the same time.
   * @throws Failure whose remedy says what happens: `retry` tries the same batch again, `skip-record` dead-letters what
   * is rejected (the batch is halved until the output at fault is alone), `fix-config` is retried once a minute until a
   * person has acted, `stop` turns the sink off until the next start. One with `dropped` says that the batch is
   * delivered, all but so many points.
   */
  write(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
  /**
   * Waits between two tries of an output, ms; after the last it is dead-lettered. Each output then has a schedule of
   * its own: one that awaits a retry delays only later steps of the same alert. If absent, a batch is retried until it
   * is delivered, and the next waits for it.
   */
  readonly retries?: readonly number[];
  /** Alerts that fire are written again this often, ms, while they do; if absent, once. */
  readonly resendMs?: number;
  /** Sends an alert that is marked as a test, once, and says what was sent and answered. Some kinds can. */
  test?(signal: AbortSignal): Promise<TestReport>;
}

/** What a sink of a kind is, in one definition: its summary, its configuration, what it wants, and how to open it. */
export interface SinkKind<C extends { readonly kind: string }> {
  readonly kind: C['kind'];
  /** One sentence for the reference. */
  readonly summary: string;
  readonly config: z.ZodType<C>;
  /** Outputs it can take. */
  readonly accepts: readonly Output['kind'][];
  /** May connect; nothing runs in the background before the first write. @throws Failure sink/misconfigured */
  open(config: C): Promise<Sink>;
}

/** Keeps the type of the configuration between `config` and `open`. */
export function sinkKind<C extends { readonly kind: string }>(kind: SinkKind<C>): SinkKind<C> {
  return kind;
}
