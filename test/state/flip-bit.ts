import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Flips a bit in the middle of the largest file of the live database of a state folder. */
export function flipBit(state: string): void {
  const live = path.join(state, 'live');
  const files = readdirSync(live).filter((name) => /\.(ldb|log)$/.test(name));
  const paths = files.map((name) => path.join(live, name));
  const [largest] = paths.sort((a, b) => readFileSync(b).length - readFileSync(a).length);
  const bytes = readFileSync(largest);
  const middle = bytes.length >> 1;
  bytes[middle] ^= 1;
  writeFileSync(largest, bytes);
}
