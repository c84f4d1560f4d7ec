import type { Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import type { Output, ScoreOutput } from '../event/output.ts';
import { Intake } from '../pipeline/intake.ts';
import { RejectGroups } from './reject-groups.ts';
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
  readonly rejects: RejectGroups;
}

/** Takes every record of a job through the detector, and writes what that gives. @throws Failure cli/bad-flag where no record has a value */
export async function scoreAll(job: ReplayJob, detector: Detector, out: ReplayOutputs): Promise<Replayed> {
  const { source, options } = job;
  const columns = await source.columns?.();
  let intake: Intake | undefined;
  let [outputs, alerts, rejected, rows, accepted] = [0, 0, 0, 0, 0];
  const rejects = new RejectGroups();
  let hasValues = false;
  for await (const batch of source.read(0, NEVER)) {
    if (batch.length === 0) continue;
    intake ??= new Intake(options.stream, source.name, { decoder: job.decoder(columns, batch[0]), detector });
    intake.take(job.prepared(batch, rows));
    rows += batch.length;
    rejected += intake.takeRejected().size;
    accepted += intake.takeAccepted();
    const made = intake.drain();
    outputs += made.length;
    alerts += made.filter(isRaised).length;
    for (const output of made) if (output.kind === 'reject') rejects.take(output);
    hasValues ||= made.some((output) => output.kind === 'score' && hasValue(output));
    await out.write(made);
  }
  await source.close();
  if (options.scores && detector.counts.rows > 0 && !hasValues) {
    throw new Failure('cli/bad-flag', `no record has a value of ${job.values}`, { where: source.name });
  }
  return { detector, outputs, alerts, accepted, rejected, rejects };
}

function isRaised(output: Output): boolean {
  return output.kind === 'alert' && output.state === 'firing' && output.revision === 0;
}

function hasValue({ channels }: ScoreOutput): boolean {
  return channels.some(({ value }) => value !== null);
}
