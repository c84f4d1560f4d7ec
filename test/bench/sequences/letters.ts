import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Detector } from '../../../src/detector/detector.ts';
import { footprintOf } from '../../../src/detector/footprint.ts';
import type { ScoreOutput } from '../../../src/event/output.ts';
import { lettersDetector, lettersOf } from '../../sequences/letters.ts';
import { ContextModel } from './context-model.ts';

/* node test/bench/run.mjs test/bench/sequences/letters.ts [--hidden 64] [--passes 3] [FILE …]
 *
 * Bits per character of a text, read once from beginning to end and again, by the production path, beside a context model of order 3 whose
 * counts take as many bytes as the network's weights and moments. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hidden: { type: 'string', default: '64' },
    passes: { type: 'string', default: '3' },
    rate: { type: 'string', default: '0.003' },
    every: { type: 'string', default: '4' },
    steps: { type: 'string', default: '32' },
  },
});
const files = positionals.length > 0 ? positionals : ['docs/detection.md', 'docs/alerting.md', 'docs/runbook.md'];
const letters = lettersOf(files.map((file) => readFileSync(file, 'utf8')).join('\n'));
const options = lettersDetector({
  hidden: Number(values.hidden),
  rate: Number(values.rate),
  steps: Number(values.steps),
  learn_every: Number(values.every),
});
const { weights } = footprintOf(options, 1);
const detector = new Detector(options);
const contexts = new ContextModel(28, weights);
console.log(`${letters.length} letters, ${weights} bytes each; bits per character, network and context model`);
let timeMs = 0;
for (let pass = 1; pass <= Number(values.passes); pass++) {
  let [network, context, count] = [0, 0, 0];
  for (const [n, letter] of [...letters].entries()) {
    timeMs += 1000;
    detector.observe({ series: 'text', timeMs, values: Float64Array.of(0), attributes: [letter] });
    network += detector
      .drain()
      .reduce((sum, output) => sum + (output.kind === 'score' ? (output as ScoreOutput).bits : 0), 0);
    context += contexts.read(letter === ' ' ? 0 : letter.charCodeAt(0) - 96);
    count++;
    if ((n + 1) % 20_000 === 0) {
      console.log(`pass ${pass}, letter ${n + 1}: ${(network / count).toFixed(3)} ${(context / count).toFixed(3)}`);
      [network, context, count] = [0, 0, 0];
    }
  }
  if (count > 0) console.log(`pass ${pass}, end: ${(network / count).toFixed(3)} ${(context / count).toFixed(3)}`);
}
console.log(`${process.cpuUsage().user / 1e6} s`);
