import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { Random } from '../../src/math/random.ts';
import { KINDS, type Kind, type Result, runPart } from '../kafka/worst-day.ts';
import { startKafka } from '../servers/kafka/cluster.ts';

/* node test/bench/run.mjs test/bench/worst-day.ts FILE [PARTS] [EVENTS] [RATE] [SEED]: parts of a storm on three brokers and a controller; each part
 * is a group of its own with so many events, and so many records a second. Its result is a line of the file. Whatever ends it, a further call
 * continues with the next part, and prints the sum of all. */

const [file = 'worst-day.jsonl', parts = '4', events = '25', rate = '300', seed = '1'] = process.argv.slice(2);
const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);

if (lines().length < Number(parts)) {
  const cluster = await startKafka({ nodes: 3, controller: 'separate' });
  try {
    for (let part = lines().length; part < Number(parts); part++) {
      const random = new Random(Number(seed) * 1_000 + part);
      // Each kind before any comes again.
      const kinds: Kind[] = [];
      while (kinds.length < Number(events)) kinds.push(...shuffled(KINDS, random));
      const result = await runPart(
        {
          name: `day-${seed}-${part}`,
          seed: random.int(2 ** 31),
          kinds: kinds.slice(0, Number(events)),
          recordsPerSecond: Number(rate),
          report: (line) => console.error(line),
        },
        cluster,
      );
      appendFileSync(file, `${JSON.stringify(result)}\n`);
    }
  } finally {
    await cluster.stop();
  }
}

const results: readonly Result[] = lines().map((line) => JSON.parse(line));
for (const count of ['written', 'writtenTwice', 'lost', 'doubled', 'aborted', 'abortedScored', 'exits'] as const) {
  console.log(`${count}: ${results.reduce((sum, result) => sum + result[count], 0)}`);
}
for (const kind of KINDS) {
  const times = results.flatMap((result) => result.events.filter((event) => event.kind === kind));
  const sorted = times.map(({ recoveredMs }) => recoveredMs / 1_000).sort((a, b) => a - b);
  if (sorted.length === 0) continue;
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const most = sorted[sorted.length - 1];
  console.log(`${kind}: ${sorted.length} times, recovered in ${median.toFixed(1)} s, at most ${most.toFixed(1)} s`);
}

function shuffled(kinds: readonly Kind[], random: Random): readonly Kind[] {
  const left = [...kinds];
  return kinds.map(() => left.splice(random.int(left.length), 1)[0]);
}
