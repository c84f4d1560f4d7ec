import { describeWorld, type Rate, runWorld, SETTINGS } from './worlds.ts';

const [rate, seeds, ...names] = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(SETTINGS)) {
  for (const seed of seeds.split(',').map(Number)) console.log(describeWorld(name, runWorld(name, rate as Rate, seed)));
}
