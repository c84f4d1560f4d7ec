import { Detector } from '../../src/detector/detector.ts';
import { alertOptions, type DetectorOptions } from '../../src/detector/options.ts';
import type { AlertOutput } from '../../src/event/output.ts';
import { DAY_MS } from '../../src/event/time.ts';
import { Processor } from '../../src/pipeline/task/processor.ts';
import { type GivenVerdict, signatureSchema, type VerdictStep } from '../../src/similar/verdicts.ts';
import { fixtureDecoder, fixtureDetector, fixtureLines } from './fixture-streams.ts';

/** An answer, and the line of the fixture that it comes before, from 0. */
export interface PlacedAnswer {
  readonly line: number;
  readonly answer: VerdictStep;
}

/** The detector of a fixture stream, with a budget that raises alerts enough for answers to them. */
export function answeredDetector(name: string): DetectorOptions {
  return { ...fixtureDetector(name), alert: alertOptions.parse({ budget: '20/day', keep_firing: '15m' }) };
}

interface Raised {
  readonly alert: AlertOutput;
  readonly line: number;
  signature?: GivenVerdict['signature'];
}

function raisedIn(name: string): readonly Raised[] {
  const detector = new Detector(answeredDetector(name));
  const processor = new Processor(name, name, { decoder: fixtureDecoder(name), detector });
  const raised = new Map<string, Raised>();
  for (const [line, record] of fixtureLines(name).entries()) {
    processor.take([record]);
    for (const output of processor.drain()) {
      if (output.kind === 'alert' && output.revision === 0) raised.set(output.id, { alert: output, line });
    }
    for (const { id, signature } of detector.insights) {
      const known = raised.get(id);
      if (known !== undefined && signature !== undefined) {
        known.signature = signatureSchema.parse(JSON.parse(JSON.stringify(signature)));
      }
    }
  }
  return [...raised.values()];
}

/**
 * Answers to alerts of a fixture stream, in the order of their lines: each says that an alert is expected, with the looks of the one after it in its series, just
 * before that one; every other one is withdrawn in the middle of that incident.
 */
export function answersOf(name: string): readonly PlacedAnswer[] {
  const answers: PlacedAnswer[] = [];
  const before = new Map<string, Raised>();
  for (const each of raisedIn(name)) {
    const {
      alert: { series },
      line,
      signature,
    } = each;
    const earlier = before.get(series);
    before.set(series, each);
    if (earlier === undefined || signature === undefined || line - earlier.line < 5) continue;
    const { id: alert, startMs: givenMs } = earlier.alert;
    const given = {
      alert,
      series,
      verdict: 'expected',
      note: `öfter · ${line}`,
      severity: 'critical',
      signature,
    } as const;
    answers.push({ line: line - 3, answer: { ...given, givenMs, untilMs: givenMs + 365 * DAY_MS } });
    if (answers.length % 2 === 0) answers.push({ line: line + 1, answer: { undo: alert } });
  }
  return answers.sort((a, b) => a.line - b.line);
}
