import type { Detector } from '../detector/detector.ts';
import type { SeriesWarmUp } from '../detector/warm-up.ts';
import { Failure } from '../errors/failure.ts';
import type { Output, ScoreOutput } from '../event/output.ts';
import { Intake } from '../pipeline/intake.ts';
import type { ReplayJob } from './replay-job.ts';
import type { ReplayOutputs } from './replay-outputs.ts';

const NEVER = new AbortController().signal;

/** What came of a replay: the detector as the last record left it, and counts. */
export interface Replayed {
  readonly detector: Detector;
  /** All of them; and of these the alerts raised. */
  readonly outputs: number;
  readonly alerts: number;
  /** Records that became observations, and those that could not be used. */
  readonly accepted: number;
  readonly rejected: number;
  /** Of those, the records that came too late: earlier than one before them. */
  readonly late: number;
}

/** Takes every record of a job through the detector, and writes what that gives. @throws Failure cli/bad-flag where no record has a value */
export async function scoreAll(job: ReplayJob, detector: Detector, out: ReplayOutputs): Promise<Replayed> {
  const { source, options } = job;
  const columns = await source.columns?.();
  let intake: Intake | undefined;
  let [outputs, alerts, rejected, rows, accepted, late] = [0, 0, 0, 0, 0, 0];
  let hasValues = false;
  for await (const batch of source.read(0, NEVER)) {
    if (batch.length === 0) continue;
    intake ??= new Intake(options.stream, source.name, { decoder: job.decoder(columns), detector });
    intake.take(job.prepared(batch, rows));
    rows += batch.length;
    rejected += intake.takeRejected().size;
    accepted += intake.takeAccepted();
    const made = intake.drain();
    outputs += made.length;
    alerts += made.filter(isRaised).length;
    late += made.filter((output) => output.kind === 'reject' && output.reason === 'late').length;
    hasValues ||= made.some((output) => output.kind === 'score' && hasValue(output));
    await out.write(made);
  }
  await source.close();
  if (options.scores && detector.counts.rows > 0 && !hasValues) {
    throw new Failure('cli/bad-flag', `no record has a value of ${job.values}`, { where: source.name });
  }
  return { detector, outputs, alerts, accepted, rejected, late };
}

/** `3 of 5 series are ready; home-2 has 140 of the 150 rows it needs`: of those that are not, the one that misses most. */
export function readinessLine({ warmUp }: Pick<Detector, 'warmUp'>): string {
  const { series, warming } = warmUp.totals();
  if (warming === 0) return series === 1 ? 'the series is ready' : `all ${series} series are ready`;
  const [first, ...others] = [...warmUp.all()].filter(({ state }) => state === 'warming');
  const last = others.reduce((most, each) => (missing(each) > missing(most) ? each : most), first);
  const { series: name, rows, rowsNeeded } = last;
  return `${series - warming} of ${series} series are ready; ${name} has ${rows} of the ${rowsNeeded} rows it needs`;
}

function missing({ rows, rowsNeeded }: SeriesWarmUp): number {
  return rowsNeeded - rows;
}

function isRaised(output: Output): boolean {
  return output.kind === 'alert' && output.state === 'firing' && output.revision === 0;
}

function hasValue({ channels }: ScoreOutput): boolean {
  return channels.some(({ value }) => value !== null);
}
