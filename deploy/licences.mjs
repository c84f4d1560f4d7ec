/* node deploy/licences.mjs [--all] [LOCKFILE]: the licence of every package that is installed with Surprisal, with `--all`
 * those that only build and test it too; exits with 1 where one is missing or not on the list. */
import { readFileSync } from 'node:fs';

/** Licences under which a package may be shipped with this one (Apache-2.0); each asks for no more than a notice. */
const SHIPPED = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']);
/** Those of a package that only builds or tests: nothing of it is shipped. */
const TOOLS = new Set([...SHIPPED, 'MPL-2.0', 'CC0-1.0', 'Unlicense']);

const all = process.argv.includes('--all');
const file = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const { packages } = JSON.parse(readFileSync(file ?? new URL('../package-lock.json', import.meta.url), 'utf8'));

let refused = 0;
for (const [path, { version, license = 'none', dev = false }] of Object.entries(packages)) {
  if (path === '' || (dev && !all)) continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const accepted = isAccepted(license, dev ? TOOLS : SHIPPED);
  if (!accepted) refused++;
  console.log(`${name} ${version}: ${license}${dev ? ' (tool)' : ''}${accepted ? '' : ' NOT ACCEPTED'}`);
}
if (refused > 0) console.error(`${refused} packages have a licence that is not on the list in deploy/licences.mjs`);
process.exitCode = refused > 0 ? 1 : 0;

/** An SPDX expression of names, AND and OR, without nesting. */
function isAccepted(expression, accepted) {
  const alternatives = expression.replace(/^\(|\)$/g, '').split(' OR ');
  return alternatives.some((alternative) => alternative.split(' AND ').every((name) => accepted.has(name)));
}
