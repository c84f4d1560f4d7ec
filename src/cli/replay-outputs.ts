import type { WarmUp } from '../detector/warm-up.ts';
import type { Channel } from '../event/channel.ts';
import type { Output } from '../event/output.ts';
import { consoleSink } from '../sink/console/console.ts';
import type { Sink } from '../sink/sink.ts';
import { isClosedPipe } from './exit.ts';
import { ReplayReport } from './replay-report.ts';
import { ScoresCsv } from './scores-csv.ts';

const NEVER = new AbortController().signal;

/** Where a replay writes: paths of files; `quiet`: no alerts on standard output. */
export interface OutputFlags {
  readonly scores?: string | undefined;
  readonly report?: string | undefined;
  readonly quiet?: boolean | undefined;
}

/** What a replay writes: scores, a report, and alerts on standard output. Rejected records are summed up at its end. */
export class ReplayOutputs {
  readonly #scores: ScoresCsv | undefined;
  readonly #report: ReplayReport | undefined;
  readonly #alerts: Sink | undefined;
  readonly #reportPath: string;

  private constructor({ scores, report = '' }: OutputFlags, channels: readonly Channel[], alerts: Sink | undefined) {
    this.#scores = scores === undefined ? undefined : new ScoresCsv(scores);
    this.#report = report === '' ? undefined : new ReplayReport(channels);
    this.#reportPath = report;
    this.#alerts = alerts;
  }

  /** Writes as the flags say. */
  static async open(given: OutputFlags, channels: readonly Channel[]): Promise<ReplayOutputs> {
    const alerts = given.quiet ? undefined : await consoleSink.open({ kind: 'console', colour: 'auto' });
    return new ReplayOutputs(given, channels, alerts);
  }

  /** @throws Failure cli/unwritable */
  async write(outputs: readonly Output[]): Promise<void> {
    for (const output of outputs) this.#report?.take(output);
    await this.#scores?.write(outputs.filter((output) => output.kind === 'score'));
    const spoken = outputs.filter((output) => output.kind === 'alert').map((output) => ({ sequence: 0, output }));
    if (spoken.length === 0) return;
    await this.#alerts?.write(spoken, NEVER).catch((error) => {
      // Files are written to their end, whoever has seen enough of the alerts.
      if (!isClosedPipe(error) || (this.#scores === undefined && this.#report === undefined)) throw error;
    });
  }

  /** Ends the scores. @throws Failure cli/unwritable */
  async close(): Promise<void> {
    await this.#scores?.close();
  }

  /** Writes the report, where one is wanted. @throws Failure cli/unwritable */
  async report(file: string, settings: Readonly<Record<string, string>>, warmUp: Pick<WarmUp, 'of'>): Promise<void> {
    await this.#report?.write(this.#reportPath, { file, settings, warmUp });
  }
}
