import type { Config } from '../config/config.ts';
import { Failure } from '../errors/failure.ts';
import { DAY_MS } from '../event/time.ts';
import type { AlertRecord, SimilarPage, VerdictRecord, VerdictView } from '../live/schema.ts';
import type { Service } from '../pipeline/run/service.ts';
import type { VerdictBody } from '../server/verdicts.ts';
import { nearestIncidents, unlikeness } from '../similar/nearest.ts';
import type { VerdictStep } from '../similar/verdicts.ts';

/** How long a verdict quiets unless somebody says otherwise, event time. */
const USUAL_DAYS = 30;
const MOST_SIMILAR = 10;

/** Gives an answer to the task of a stream; resolves once it is durable. @throws Failure where none takes it */
export type Give = (stream: string, answer: VerdictStep) => Promise<void>;

/** The embedded way: the task of the stream is in this process. */
export function giving({ kafka }: Pick<Config, 'kafka'>, service: Pick<Service, 'tasks'>): Give {
  if (kafka !== undefined) return refuseVerdicts;
  return async (stream, answer) => {
    const task = service.tasks.find((other) => other.stream === stream);
    if (task === undefined) throw new Failure('pipeline/not-running', `the stream ${stream} does not run yet`);
    await task.answer(answer);
  };
}

/** With Kafka a verdict has no way to the worker of its series yet. @throws Failure server/no-verdict, always */
export async function refuseVerdicts(): Promise<void> {
  throw new Failure('server/no-verdict', 'streams that come from Kafka take no verdicts yet');
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

/** What the verdict on an alert is, and what "expected" quiets, or would quiet. */
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
