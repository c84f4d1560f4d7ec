import process from 'node:process';
import { runStorm } from '../kafka/storm.ts';

/* node test/bench/run.mjs test/bench/storm.ts [SEED]: 200 000 records through 20 kills of a member, 5 of a broker and 5 pauses, in about six minutes. */

const seed = Number(process.argv[2] ?? 1);
const { storm, calm, errors } = await runStorm({
  seed,
  records: 200_000,
  partitions: 4,
  kills: 20,
  brokerKills: 5,
  pauses: 5,
  overMs: 240_000,
  report: (line) => console.error(line),
});
for (const [place, lines] of calm) {
  const other = storm.get(place) ?? [];
  const differs = lines.findIndex((line, i) => line !== other[i]);
  const same = differs < 0 && other.length === lines.length;
  console.log(
    `${place}: ${lines.length} undisturbed, ${other.length} through the storm, ${same ? 'the same bytes' : `DIFFERENT at ${differs}`}`,
  );
}
console.log(`${errors.length} errors`, errors.slice(0, 5));
