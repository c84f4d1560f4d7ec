import { randomUUID } from 'node:crypto';
import { Failure } from '../errors/failure.ts';
import type { AlertOutput } from '../event/output.ts';
import { type HttpAnswer, redacted } from '../network/http-answer.ts';
import type { HttpClient, HttpPost } from '../network/http-client.ts';
import { answerFailure } from './http.ts';

/** Shorter texts are everywhere. */
const SHORTEST_SECRET = 4;

/** The request and the answer of a test alert, as they may be shown: every secret in it is `***`. */
export interface TestReport {
  /** Where it was sent; of a secret address, only the origin. */
  readonly to: string;
  readonly sent: Pick<HttpPost, 'headers' | 'body'>;
  /** Absent where none came. */
  readonly answer?: HttpAnswer | undefined;
  /** Absent where the sink has taken it. */
  readonly failure?: Failure | undefined;
}

/** An alert that is marked as a test wherever a person or a program may look. `n` tells it from others. */
export function testAlert(nowMs: number, n: string = randomUUID()): AlertOutput {
  return {
    kind: 'alert',
    state: 'firing',
    id: `test-${n}`,
    revision: 0,
    stream: 'test',
    series: 'test',
    severity: 'warning',
    reason: 'unusual_value',
    summary: 'This is a test of Surprisal, sent by `surprisal webhook test`. Nothing is wrong.',
    channel: 'test',
    value: 1,
    expected: 0,
    lower: -0.5,
    upper: 0.5,
    bits: 20,
    pValue: 1e-6,
    score: 1,
    startMs: nowMs,
    timeMs: nowMs,
  };
}

/** The labels of a test, beside those of the sink. */
export const TEST_LABELS = { test: 'true' } as const;

/** Who is tried: the name under which it is shown, and what must not be. */
export interface Tried {
  readonly to: string;
  readonly secrets: readonly string[];
}

/** Sends a request, once, whatever comes of it. */
export async function tryOut(
  client: HttpClient,
  request: HttpPost,
  { to, secrets }: Tried,
  signal: AbortSignal,
): Promise<TestReport> {
  try {
    const answer = await client.send(request, signal);
    return hidden(
      { to, sent: request, answer, failure: answerFailure(answer, { where: to, nowMs: Date.now() }) },
      secrets,
    );
  } catch (error) {
    if (error instanceof Failure) return hidden({ to, sent: request, failure: error }, secrets);
    throw error;
  }
}

/** The trial without these texts, in whatever form they came back. */
function hidden({ to, sent, answer, failure }: TestReport, secrets: readonly string[]): TestReport {
  const clean = (text: string) => redacted(text, secrets, SHORTEST_SECRET);
  const cleanAll = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, clean(text)]));
  return {
    to,
    sent: { headers: cleanAll(sent.headers), body: clean(sent.body) },
    answer: answer && { ...answer, headers: cleanAll(answer.headers), body: clean(answer.body) },
    failure,
  };
}
