import type { Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import type { ScoreOutput } from '../event/output.ts';
import type { Forecaster } from '../forecast/forecaster.ts';
import { Processor } from '../pipeline/task/processor.ts';
import { RejectGroups } from './reject-groups.ts';
import type { ReplayJob } from './replay-job.ts';

const NEVER = new AbortController().signal;

/** What came of reading a file for a forecast. */
export interface Read {
  readonly rows: number;
  readonly rejected: number;
  readonly rejects: RejectGroups;
}

/**
 * Takes every record of a job through the detector, one by one, and shows each scored row to the forecaster; `seen`:
 * whoever else wants to see it. The job's options must emit scores. @throws Failure source/unusable where no record
 * could be used
 */
export async function readForForecast(
  job: ReplayJob,
  detector: Detector,
  forecaster: Forecaster,
  seen: (row: ScoreOutput) => void = () => {},
): Promise<Read> {
  const { source, options } = job;
  const columns = await source.columns?.();
  const rejects = new RejectGroups();
  let processor: Processor | undefined;
  let [rows, rejected] = [0, 0];
  for await (const batch of source.read(0, NEVER)) {
    if (batch.length === 0) continue;
    processor ??= new Processor(options.stream, source.name, { decoder: job.decoder(columns), detector });
    for (const record of job.prepared(batch, rows)) {
      processor.take([record]);
      for (const output of processor.drain()) {
        if (output.kind === 'reject') rejects.take(output);
        else if (output.kind === 'score') show(output, detector, forecaster, seen);
      }
    }
    rows += batch.length;
    rejected += processor.takeRejected().size;
  }
  await source.close();
  if (detector.counts.rows === 0) {
    throw new Failure('source/unusable', `no record has a value of ${job.values}`, { where: source.name });
  }
  return { rows: detector.counts.rows, rejected, rejects };
}

function show(row: ScoreOutput, detector: Detector, forecaster: Forecaster, seen: (row: ScoreOutput) => void): void {
  const view = detector.state.look(row.series);
  const values = row.channels.map(({ value }) => value ?? Number.NaN);
  if (view !== undefined) forecaster.observe(row.series, view, row.timeMs, values);
  seen(row);
}
