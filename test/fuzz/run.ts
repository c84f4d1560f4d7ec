import { parseArgs } from 'node:util';
import { campaign, type Finding } from './campaign.ts';
import { kinds } from './kinds.ts';

/* npm run fuzz -- [--minutes N] [--kind NAME] [--seed N] [--inputs N]: spoiled inputs of every kind, one kind after
 * another, in all for so many minutes; exits with 1 where there are findings. Each is printed with what gives it again. */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    kind: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    inputs: { type: 'string', default: 'Infinity' },
  },
});
const [minutes, seed, inputs] = [values.minutes, values.seed, values.inputs].map(Number);
const chosen = kinds.filter(({ kind }) => values.kind === undefined || values.kind === kind);
if (chosen.length === 0 || !(minutes > 0) || !Number.isSafeInteger(seed) || !(inputs > 0)) {
  console.error(
    `--minutes and --inputs are above 0, --seed is an integer, --kind is one of ${kinds.map(({ kind }) => kind).join(', ')}`,
  );
  process.exit(2);
}

const onFinding = ({ kind, seed, message }: Finding) =>
  console.error(`\n${message}\n  again: npm run fuzz -- --kind ${kind} --seed ${seed} --inputs 1\n`);

console.log(`seed ${seed}; ${minutes} minutes for ${chosen.length} kinds`);
let total = 0;
for (const each of chosen) {
  const forMs = (minutes * 60_000) / chosen.length;
  const { kind, inputs: count, findings } = await campaign(each, { seed, inputs, forMs, onFinding });
  console.log(`${kind}: ${count} inputs, ${findings.length} findings`);
  total += findings.length;
}
process.exit(total === 0 ? 0 : 1);
