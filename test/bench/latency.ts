import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Embedded, records, WARM_ROWS } from './embedded.ts';

/* node test/bench/run.mjs test/bench/latency.ts [--rate 1000] [--seconds 20] [--series 1000]: how long a single record takes through the embedded
 * pipeline, learning included: from when it is received to its score, and from when it was due, waiting for the timer and for others included. */

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    series: { type: 'string', default: '1000' },
  },
});
const rate = Number(values.rate);
const series = Number(values.series);
const count = rate * Number(values.seconds);
const input = records(series, series * WARM_ROWS + count);
const pipeline = new Embedded();
pipeline.take(input.slice(0, series * WARM_ROWS));

const worked = new Float64Array(count);
const waited = new Float64Array(count);
const began = performance.now();
for (let i = 0; i < count; ) {
  const due = began + (1000 * i) / rate;
  const now = performance.now();
  if (now < due) {
    await setTimeout(due - now);
    continue;
  }
  pipeline.take(input.slice(series * WARM_ROWS + i, series * WARM_ROWS + i + 1));
  const done = performance.now();
  worked[i] = done - now;
  waited[i] = done - due;
  i++;
}

function line(name: string, times: Float64Array): string {
  const sorted = times.toSorted();
  const at = (share: number) => `${sorted[Math.ceil(share * sorted.length) - 1].toFixed(3)} ms`;
  return `| ${[name, at(0.5), at(0.99), at(0.999), at(1)].join(' | ')} |`;
}

console.log(`${count} records of ${series} series, one by one, ${rate} a second\n`);
console.log('| from | p50 | p99 | p99.9 | longest |\n|---|---|---|---|---|');
console.log(line('received', worked));
console.log(line('due', waited));
