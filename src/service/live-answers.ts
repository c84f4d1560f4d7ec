import { z } from 'zod';
import type { Live } from '../live/live.ts';
import { historyQuery, seriesQuery } from '../live/query.ts';
import { alertRecord, health, history, pulse, seriesPage, type VerdictRecord, verdictRecord } from '../live/schema.ts';
import type { Service } from '../pipeline/run/service.ts';
import { verdictStep } from '../similar/verdicts.ts';
import { healthOf } from './health.ts';
import { giveAnswer } from './verdicts.ts';

/** What a process is asked for the live page. Answers are lists: of several processes they are put together. */
export const liveQuestion = z.discriminatedUnion('live', [
  z.strictObject({ live: z.literal('series'), query: seriesQuery }),
  z.strictObject({ live: z.literal('history'), query: historyQuery }),
  z.strictObject({ live: z.literal('recent'), stream: z.string(), series: z.string(), most: z.int() }),
  z.strictObject({ live: z.literal('alerts') }),
  z.strictObject({ live: z.literal('verdicts') }),
  z.strictObject({ live: z.literal('give'), stream: z.string(), answer: verdictStep }),
  z.strictObject({ live: z.literal('health') }),
  z.strictObject({ live: z.literal('pulse') }),
]);

/** What each answer is a list of. */
export const liveAnswers = {
  series: z.array(seriesPage),
  history: z.array(history),
  recent: z.array(history),
  alerts: z.array(alertRecord),
  verdicts: z.array(verdictRecord),
  /** How many tasks took it, or why none could. */
  give: z.array(z.union([z.int(), z.string()])),
  health: z.array(health),
  pulse: z.array(pulse),
} as const;

export type LiveQuestion = z.infer<typeof liveQuestion>;

/** What is answered from: the recent past, and the service for what it has now. */
export interface LiveParts {
  readonly live: Live;
  readonly service: Pick<Service, 'tasks' | 'queues' | 'readiness'>;
  readonly streams: readonly string[];
}

/** Answers one question. @throws Failure where an answer is given that cannot be taken */
export async function answerLive(question: LiveQuestion, parts: LiveParts): Promise<readonly unknown[]> {
  const { live } = parts;
  switch (question.live) {
    case 'series': {
      const { offset, limit } = question.query;
      return [live.series({ ...question.query, offset: 0, limit: offset + limit })];
    }
    case 'history':
      return [live.history(question.query)].filter((found) => found !== undefined);
    case 'recent':
      return live.recent(question.stream, question.series, question.most);
    case 'alerts':
      return live.alerts;
    case 'verdicts':
      return verdictsOf(parts.service);
    case 'give':
      return [await giveAnswer(question.stream, question.answer, parts.service.tasks)];
    case 'health':
      return [healthOf(parts)];
    case 'pulse':
      return [live.pulse()];
  }
}

function verdictsOf({ tasks }: Pick<Service, 'tasks'>): readonly VerdictRecord[] {
  return tasks.flatMap(({ stream, detector }) =>
    detector.verdicts.map(({ severity: _, signature: { channel, reason }, ...given }) => {
      return { ...given, stream, channel, reason };
    }),
  );
}
