import type { z } from 'zod';
import type { Config } from '../config/config.ts';
import { Live } from '../live/live.ts';
import { mergedAlerts, mergedPulses, mergedSeries, newestHistory, newestSteps } from '../live/merge.ts';
import type { AlertRecord, History, VerdictRecord } from '../live/schema.ts';
import type { LiveApi } from '../server/live.ts';
import type { VerdictsApi } from '../server/verdicts.ts';
import type { VerdictStep } from '../similar/verdicts.ts';
import { mergedHealth } from './health.ts';
import { type LiveQuestion, liveAnswers } from './live-answers.ts';
import { answerOn, forgottenViewOf, refuseUntaken, similarPageOf, verdictViewOf } from './verdicts.ts';
import type { WhatIfParts } from './what-if.ts';

/** How long an answer serves everybody who asks the same, so that many open pages cost little more than one. */
const FRESH_MS = 900;
/** Different answers kept at a time. */
const MOST_KEPT = 200;

/** Rows on which settings are tried; so many take a few milliseconds of the process that scores. */
const MOST_TRIED = 10_000;

/** Asks every process, and has the answers of those that answered. */
export type AskAll = (question: LiveQuestion) => Promise<readonly (readonly unknown[])[]>;

/** What the live page is answered, by one process or several; `recent`: what settings are tried on. */
export function liveApi(names: readonly string[], askAll: AskAll): LiveApi & Pick<WhatIfParts, 'recent'> {
  const { asked, forget } = sharing(askAll);
  let version = '';
  const ask = async <K extends keyof typeof liveAnswers>(kind: K, question: LiveQuestion) => {
    const answers = (await asked(question)).map((answer) => liveAnswers[kind].parse(answer));
    return answers.flat() as z.infer<(typeof liveAnswers)[K]>;
  };
  const alerts = async () => newestSteps(await ask('alerts', { live: 'alerts' }));
  const verdicts = () => ask('verdicts', { live: 'verdicts' });
  return {
    names,
    ...verdictsApi({
      alerts,
      verdicts,
      give: async (stream, answer) => {
        const taken = (await askAll({ live: 'give', stream, answer })).flatMap((each) => liveAnswers.give.parse(each));
        refuseUntaken(stream, taken);
        forget({ live: 'verdicts' });
      },
    }),
    series: async (query) => mergedSeries(await ask('series', { live: 'series', query }), query),
    history: async (query) => newestHistory(await ask('history', { live: 'history', query })),
    alerts: async (query) => mergedAlerts(await ask('alerts', { live: 'alerts' }), query),
    alert: async (id) => (await alerts()).find((alert) => alert.id === id),
    recent: async (stream, series) => {
      const question = { live: 'recent', stream, series, most: MOST_TRIED } as const;
      const found = (await askAll(question)).map((answer) => liveAnswers.recent.parse(answer));
      // Where two processes have had the series, the one that has it now.
      return found.sort((a, b) => reach(b) - reach(a))[0] ?? [];
    },
    health: async () => mergedHealth(await ask('health', { live: 'health' })),
    pulse: async () => {
      const pulse = mergedPulses(await ask('pulse', { live: 'pulse' }));
      // Who hears of new alerts asks for them at once, and must not be answered with those of before.
      if (pulse.alertsVersion !== version) forget({ live: 'alerts' });
      version = pulse.alertsVersion;
      return pulse;
    },
  };
}

function reach([own]: readonly History[]): number {
  return own?.timeMs.at(-1) ?? Number.NEGATIVE_INFINITY;
}

/** The same question asked again within a moment has the same answer. */
function sharing(askAll: AskAll): { readonly asked: AskAll; readonly forget: (question: LiveQuestion) => void } {
  const kept = new Map<string, { readonly atMs: number; readonly answer: ReturnType<AskAll> }>();
  const asked: AskAll = (question) => {
    const key = JSON.stringify(question);
    const now = performance.now();
    const known = kept.get(key);
    if (known !== undefined && now - known.atMs < FRESH_MS) return known.answer;
    const answer = askAll(question);
    kept.delete(key);
    kept.set(key, { atMs: now, answer });
    if (kept.size > MOST_KEPT) kept.delete([...kept.keys()][0]);
    return answer;
  };
  return { asked, forget: (question) => void kept.delete(JSON.stringify(question)) };
}

/** Where the recent past of a configuration's streams is kept; undefined where there is no page. */
export function liveOf({ server, streams }: Config): Live | undefined {
  if (!server.enabled || !server.page.enabled) return undefined;
  const shown = Object.entries(streams).map(([name, { channels }]) => ({
    name,
    channels: Object.entries(channels).map(([channel, { unit }]) => ({ name: channel, unit })),
  }));
  return new Live(shown, server.page);
}

interface VerdictParts {
  readonly alerts: () => Promise<readonly AlertRecord[]>;
  readonly verdicts: () => Promise<readonly VerdictRecord[]>;
  readonly give: (stream: string, answer: VerdictStep) => Promise<void>;
}

function verdictsApi({ alerts, verdicts, give }: VerdictParts): VerdictsApi {
  /** The alert, and all that are known. */
  const about = async (id: string) => {
    const [all, given] = await Promise.all([alerts(), verdicts()]);
    const alert = all.find((other) => other.id === id);
    return alert && { alert, all, given, verdict: given.find((other) => other.alert === id) };
  };
  const view = async (id: string, days?: number) => {
    const found = await about(id);
    return found && verdictViewOf(found.alert, found.all, found.verdict, days);
  };
  /** An alert that is not known any more may have a verdict still. */
  const forgotten = async (id: string) => {
    const given = (await verdicts()).find(({ alert }) => alert === id);
    return given && forgottenViewOf(given, false);
  };
  const withdraw = async (id: string, verdict: string) => {
    const given = (await verdicts()).find(({ alert }) => alert === id);
    if (given === undefined || verdict !== 'none') return undefined;
    await give(given.stream, { undo: id });
    return forgottenViewOf(given, true);
  };
  return {
    similar: async (id) => {
      const found = await about(id);
      return found && similarPageOf(found.alert, found.all, found.given);
    },
    verdict: async (id) => (await view(id)) ?? (await forgotten(id)),
    give: async (id, body) => {
      const found = await about(id);
      if (found === undefined) return await withdraw(id, body.verdict);
      await give(found.alert.stream, answerOn(found.alert, body));
      return await view(id, body.days);
    },
    verdicts,
  };
}
