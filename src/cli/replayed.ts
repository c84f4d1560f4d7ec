import type { MissingReason, MissingValues } from '../decode/missing.ts';
import type { Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import { Processor } from '../pipeline/task/processor.ts';
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
  /** Values of records that could be used that were missing, by channel and reason. */
  readonly missing: readonly MissingValues[];
  readonly rejects: RejectGroups;
  /** Of those, the records that came too late: earlier than one before them. */
  readonly late: number;
}

/**
 * Takes every record of a job through the detector, and writes what that gives. @throws Failure cli/bad-flag where no
 * record has a value
 */
export async function scoreAll(
  job: ReplayJob,
  detector: Detector,
  out: Pick<ReplayOutputs, 'write'>,
): Promise<Replayed> {
  const { source, options } = job;
  const columns = await source.columns?.();
  let processor: Processor | undefined;
  let [outputs, alerts, rejected, rows, accepted, late] = [0, 0, 0, 0, 0, 0];
  const missing: MissingValues[] = [];
  const rejects = new RejectGroups();
  for await (const batch of source.read(0, NEVER)) {
    if (batch.length === 0) continue;
    processor ??= new Processor(options.stream, source.name, { decoder: job.decoder(columns), detector });
    processor.take(job.prepared(batch, rows));
    rows += batch.length;
    rejected += processor.takeRejected().size;
    accepted += processor.takeAccepted();
    missing.push(...processor.takeMissing());
    const made = processor.drain();
    outputs += made.length;
    alerts += made.filter(isRaised).length;
    for (const output of made) if (output.kind === 'reject') rejects.take(output);
    late += made.filter((output) => output.kind === 'reject' && output.reason === 'late').length;
    await out.write(made);
  }
  await source.close();
  if (detector.counts.rows === 0 && detector.counts.missing > 0) {
    throw valueless(job, summed(missing));
  }
  return { detector, outputs, alerts, accepted, rejected, late, rejects, missing: summed(missing) };
}

function valueless({ source, values, hint }: ReplayJob, missing: readonly MissingValues[]): Failure {
  const seen = missing.filter(({ reason }) => reason !== 'absent').map(missingLine);
  const why = seen.length > 0 ? ` (${seen.join('; ')})` : hint === '' ? '' : `; ${hint}`;
  return new Failure('cli/bad-flag', `no record has a value of ${values}${why}`, { where: source.name });
}

/** One entry for each channel and reason, with the first example. */
function summed(all: readonly MissingValues[]): readonly MissingValues[] {
  const byKind = new Map<string, MissingValues>();
  for (const each of all) {
    const kind = JSON.stringify([each.channel, each.reason]);
    const before = byKind.get(kind);
    byKind.set(kind, before === undefined ? each : { ...before, count: before.count + each.count });
  }
  return [...byKind.values()];
}

const REASONS: Readonly<Record<MissingReason, string>> = {
  absent: 'without one',
  token: 'with a token for a missing value',
  'wrong-type': 'with something that is no finite number',
  'out-of-range': 'with a value outside `valid`',
};

/** `hum: 120 records with a token for a missing value, such as "unavailable"` */
export function missingLine({ channel, reason, count, example }: MissingValues): string {
  const such = reason === 'absent' ? '' : `, such as ${example}`;
  return `${channel}: ${count} record${count === 1 ? '' : 's'} ${REASONS[reason]}${such}`;
}

function isRaised(output: Output): boolean {
  return output.kind === 'alert' && output.state === 'firing' && output.revision === 0;
}
