import { Failure } from '../errors/failure.ts';
import { DAY_MS } from '../event/time.ts';
import type { AlertRecord, SimilarPage, VerdictRecord, VerdictView } from '../live/schema.ts';
import type { LiveTask } from '../pipeline/task/task-events.ts';
import type { VerdictBody } from '../server/verdicts.ts';
import { nearestIncidents, unlikeness } from '../similar/nearest.ts';
import type { VerdictStep } from '../similar/verdicts.ts';

/** How long a verdict suppresses unless somebody says otherwise, event time. */
const USUAL_DAYS = 30;
const MOST_SIMILAR = 10;

/**
 * Gives an answer to those tasks of this process that it is for: the stream's own, or those of its partitions that know
 * the series. How many took it; resolves once it is durable there. @throws Failure where one cannot take it
 */
export async function giveAnswer(stream: string, answer: VerdictStep, tasks: readonly LiveTask[]): Promise<number> {
  const its = tasks.filter((task) => task.stream === stream && (task.name === stream || isFor(task, answer)));
  await Promise.all(its.map((task) => task.answer(answer)));
  return its.length;
}

function isFor({ detector }: LiveTask, answer: VerdictStep): boolean {
  if ('undo' in answer) return detector.verdicts.some(({ alert }) => alert === answer.undo);
  return detector.warmUp.of(answer.series) !== undefined;
}

/**
 * `taken`: of each process how many tasks took an answer, or why none could. @throws Failure server/no-verdict where
 * none did
 */
export function refuseUntaken(stream: string, taken: readonly (number | string)[]): void {
  if (taken.some((tasks) => typeof tasks === 'number' && tasks > 0)) return;
  const unknown = `no task of ${stream} that runs now knows the series; try again in a moment`;
  const why = taken.find((each) => typeof each === 'string') ?? unknown;
  throw new Failure('server/no-verdict', why);
}

/** The earlier incidents nearest to an alert, of those that are known, with the verdicts on them. */
export function similarPageOf(
  alert: AlertRecord,
  all: readonly AlertRecord[],
  verdicts: readonly VerdictRecord[],
): SimilarPage {
  const similar = nearestIncidents(alert, all, MOST_SIMILAR).map(({ incident, distance }) => {
    const { id, series, startMs, reason, channel, summary } = incident;
    const verdict = verdicts.find((given) => given.alert === id) ?? null;
    return { id, series, startMs, reason, channel, summary, distance, alike: isAlike(alert, incident), verdict };
  });
  return { id: alert.id, known: all.filter(({ signature }) => signature !== null).length, similar };
}

/** What the verdict on an alert is, and what "expected" suppresses, or would suppress. */
export function verdictViewOf(
  alert: AlertRecord,
  all: readonly AlertRecord[],
  given: VerdictRecord | undefined,
  days = USUAL_DAYS,
): VerdictView {
  const { id, series, channel, reason } = alert;
  const earlier = all.filter((other) => other.id !== id && other.series === series && other.stream === alert.stream);
  const untilMs = given?.untilMs ?? untilOf(alert, days);
  const alike = earlier.filter((other) => isAlike(alert, other)).map((other) => other.id);
  return { alert: id, given: given ?? null, wouldQuiet: { series, channel, reason, untilMs, earlier: alike } };
}

/** The same where the alert is not known any more, and its verdict is. */
export function forgottenViewOf(given: VerdictRecord, isWithdrawn: boolean): VerdictView {
  const { alert, series, channel, reason, untilMs } = given;
  const wouldQuiet = { series, channel, reason, untilMs, earlier: [] };
  return { alert, given: isWithdrawn ? null : given, wouldQuiet };
}

/**
 * The answer that a verdict on an alert is. @throws Failure server/no-verdict where nothing is known to compare others
 * with
 */
export function answerOn(alert: AlertRecord, { verdict, note, days = USUAL_DAYS }: VerdictBody): VerdictStep {
  const { id, series, severity, signature } = alert;
  if (verdict === 'none') return { undo: id };
  if (signature === null) {
    throw new Failure('server/no-verdict', `nothing is known of alert ${id} by which others could be compared with it`);
  }
  const givenMs = lastMs(alert);
  return { alert: id, series, verdict, note, severity, signature, givenMs, untilMs: untilOf(alert, days) };
}

/** Event time, so that a replay has it alike: from the newest step of the alert on. */
function untilOf(alert: AlertRecord, days: number): number {
  return lastMs(alert) + days * DAY_MS;
}

function lastMs({ endMs, timeMs }: AlertRecord): number {
  return endMs ?? timeMs;
}

function isAlike(one: AlertRecord, other: AlertRecord): boolean {
  return one.signature !== null && other.signature !== null && unlikeness(one.signature, other.signature) <= 1;
}
