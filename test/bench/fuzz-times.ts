import { Random } from '../../src/math/random.ts';
import { agrees, timeCase } from '../decode/time-cases.ts';

/* Written times, whole and spoiled, read by the patterns and by a second implementation on Temporal: every difference is printed.
 * node test/bench/run.mjs test/bench/fuzz-times.ts [inputs] [seed] */

const [inputs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const random = new Random(seed);
let [accepted, refused, different] = [0, 0, 0];
for (let n = 0; n < inputs; n++) {
  const made = timeCase(() => random.next());
  if (Number.isNaN(made.read)) refused++;
  else accepted++;
  if (agrees(made)) continue;
  different++;
  if (different <= 20) console.log(made);
}
console.log(`${inputs} times: ${accepted} read, ${refused} refused, ${different} different from Temporal`);
process.exitCode = different === 0 ? 0 : 1;
