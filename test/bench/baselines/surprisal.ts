import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { SourceRecord } from '../../../src/event/record.ts';
import { cpuSeconds } from '../cpu.ts';
import { Embedded } from '../embedded.ts';

/* node test/bench/run.mjs test/bench/baselines/surprisal.ts FILE WARM: the embedded pipeline at its defaults, all scores emitted; a line of JSON. */

const [, , file = '', warmed = '0'] = process.argv;
const records: SourceRecord[] = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line, i) => ({ value: Buffer.from(line), offset: i, next: i + 1, line: i + 1 }));
const warm = Number(warmed);
const pipeline = new Embedded('all');
pipeline.take(records.slice(0, warm));
const timed = records.slice(warm);
const seconds = cpuSeconds(() => pipeline.take(timed));
const version = `engine ${pipeline.detector.engine}, Node ${process.version}`;
process.stdout.write(`${JSON.stringify({ version, rows: timed.length, seconds })}\n`);
