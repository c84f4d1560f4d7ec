import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Contestant } from './contestant.ts';
import type { Part, PartResult } from './part.ts';

/** Where finished cells are kept: ignored by git. */
export const KEPT = '.bench/detection';

/** One cell of the bench: a part, a contestant, a seed. */
export interface CellOf {
  readonly part: Part;
  readonly contestant: Contestant;
  readonly seed: number;
  /** Of the sources: see `fingerprint`. */
  readonly sources: string;
}

/** The cell's result as it was kept, if it was. */
export function kept(cell: CellOf): PartResult | undefined {
  const file = fileOf(cell);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8'), revived) : undefined;
}

/** Keeps a result, whole or not at all: a run that is ended continues behind the last finished cell. */
export function keep(cell: CellOf, result: PartResult): void {
  const file = fileOf(cell);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(result, replaced));
  renameSync(`${file}.part`, file);
}

function fileOf({ part, contestant, seed, sources }: CellOf): string {
  const settings = createHash('sha256').update(JSON.stringify(contestant.settings)).digest('hex').slice(0, 8);
  const name = `${part.name}-${contestant.name.replaceAll(/[^a-z0-9]+/gi, '_')}-${settings}-seed${seed}.json`;
  return path.join(KEPT, sources, name);
}

/** JSON knows no NaN nor infinities. */
function replaced(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function revived(_: string, value: unknown): unknown {
  const isNumber = typeof value === 'object' && value !== null && Object.keys(value).join() === 'number';
  return isNumber ? Number((value as { readonly number: string }).number) : value;
}
