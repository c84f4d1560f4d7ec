import { Random } from '../../src/math/random.ts';
import { agrees, csvCase } from '../source/csv-cases.ts';

/* Small CSV texts, whole and spoiled, read by the framer and `splitRow`, and by csv-parse: every difference is printed.
 * node test/bench/run.mjs test/bench/fuzz-csv.ts [inputs] [seed] */

const [inputs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const random = new Random(seed);
let [accepted, refused, different] = [0, 0, 0];
for (let n = 0; n < inputs; n++) {
  const made = csvCase(() => random.next());
  if (made.read === undefined) refused++;
  else accepted++;
  if (agrees(made)) continue;
  different++;
  if (different <= 20) console.log(JSON.stringify(made));
}
console.log(`${inputs} texts: ${accepted} read, ${refused} refused, ${different} different from csv-parse`);
process.exitCode = different === 0 ? 0 : 1;
