import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RejectOutput } from '../../src/event/output.ts';
import { REJECT_REASONS, rejectHint } from '../../src/pipeline/task/reject-hint.ts';
import { RejectLog } from '../../src/service/reject-log.ts';

let lines: string[];
let log: RejectLog;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  log = new RejectLog(pino({}, { write: (line) => void lines.push(JSON.parse(line).msg) }));
});
afterEach(() => {
  vi.useRealTimers();
});

const reject = (stream: string, reason: string, line: number, record = ''): RejectOutput => ({
  kind: 'reject',
  stream,
  reason,
  message: `in.csv:${line}: time t: "x" is not a number of seconds`,
  offset: line,
  record: Buffer.from(record).toString('base64'),
});

test('the first record of each stream and reason is logged, with its place and what to change', () => {
  for (let line = 2; line < 600; line++) log.saw(reject('boiler', 'decode/bad-time', line));
  log.saw(reject('boiler', 'late', 600));
  log.saw(reject('pump', 'decode/bad-time', 2));
  expect(lines).toEqual([
    'record of boiler rejected: in.csv:2: time t: "x" is not a number of seconds [decode/bad-time] Correct `decode.time`, or send the time in its format and within its valid range.',
    expect.stringMatching(/^record of boiler rejected: in\.csv:600: .* \[late\] Send in order, or raise /),
    expect.stringMatching(/^record of pump rejected: in\.csv:2: /),
  ]);
});

test('those that follow are one count a minute, and none where there are none', () => {
  for (let line = 0; line < 100; line++) log.saw(reject('boiler', line % 4 === 0 ? 'late' : 'decode/syntax', line));
  log.saw(reject('pump', 'late', 1));
  log.saw(reject('pump', 'late', 2));
  lines.length = 0;
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual([
    '98 more records of boiler rejected: 74 decode/syntax, 24 late',
    '1 more record of pump rejected: 1 late',
  ]);
  vi.advanceTimersByTime(600_000);
  expect(lines).toHaveLength(2);
  log.saw(reject('pump', 'late', 3));
  vi.advanceTimersByTime(60_000);
  expect(lines[2]).toBe('1 more record of pump rejected: 1 late');
});

test('where a field is missing, the hint names those that the record has', () => {
  const record = '{"tme":"2026-03-01T00:00:00Z","v":1,"a/b":2}';
  expect(rejectHint(reject('boiler', 'decode/missing-field', 1, record))).toMatch(
    / The record has \/tme, \/v, \/a~1b\.$/,
  );
  for (const other of ['', '[1]', '{"a":', 'null']) {
    expect(rejectHint(reject('boiler', 'decode/missing-field', 1, other))).not.toContain('The record has');
  }
});

test('there is a hint for every reason', () => {
  for (const reason of REJECT_REASONS) expect(rejectHint(reject('boiler', reason, 1)), reason).toMatch(/\.$/);
  expect(REJECT_REASONS).toContain('time-leap');
});
