import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { digits } from '../../../fixtures/sequences/sequences.ts';
import { read } from '../../sequences/example.ts';
import { picturesPlot } from './pictures-plot.ts';

/* node test/bench/run.mjs test/bench/sequences/digits.ts [docs/digits.svg]
 *
 * The pictures of `config/sequences/digits.yaml` around the wrong one: what was predicted, what came, and its bits. */

const pictures = digits(20);
const { scores } = await read('digits', pictures);
const [wrong] = pictures.odd;
const rows = scores.slice(wrong - 3, wrong + 4);
for (const { bits, channels } of rows) {
  const missed = channels.filter(({ value, expected }) => Math.abs((value ?? 0) - (expected ?? 0)) > 85).length;
  process.stdout.write(`${bits.toFixed(0)} bits, ${missed} of ${channels.length} points missed by a third or more\n`);
}
const pairs = rows.map(({ bits, channels }) => ({
  label: `${bits.toFixed(0)} bits`,
  predicted: channels.map(({ expected }) => expected ?? 0),
  real: channels.map(({ value }) => value ?? 0),
}));
writeFileSync(process.argv[2] ?? 'docs/digits.svg', picturesPlot(pairs));
