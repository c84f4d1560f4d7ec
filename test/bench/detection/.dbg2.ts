import { runWorld } from './worlds.ts';
import { Candidates } from '../../../src/calibrate/candidates.ts';
const made: any[] = []; (globalThis as any).__made = made;
const [name, rate, seed] = process.argv.slice(2);
const run = runWorld(name, rate as any, Number(seed));
const c = made[0]; const [l, p] = c.shared;
console.log(name, 'candidates', l[0], 'shift', l[1].toFixed(2), 's', l[2], 'weeks', run.weeks.toFixed(0), 'peaks', [...p].map((x: number) => Math.round(x)).join(' '));
