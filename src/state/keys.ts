const DIGITS = 16;

/** A name as part of a key: `/`, `%` and lone surrogates, which UTF-8 cannot hold, become `%<hex>;`. Injective. */
function part(name: string): string {
  return name.replace(/[%/]|\p{Surrogate}/gu, (unit) => `%${unit.charCodeAt(0).toString(16)};`);
}

function unpart(text: string): string {
  return text.replace(/%([0-9a-f]+);/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function padded(sequence: number): string {
  return String(sequence).padStart(DIGITS, '0');
}

function stateFolder(task: string, sink: string): string {
  return `n/${part(task)}/${part(sink)}`;
}

/**
 * Of the folder as a whole. 2: entries of several checkpoints may lie beside each other. 3: offsets of a followed file
 * go through all files that have had its name, and a bookmark says which. And a tick may hold a person's answer to an
 * alert. A program that knows only an earlier version refuses it.
 */
export const FOLDER_VERSION = 3;

/** The entry that says which version the folder is, by its seal. */
export const META = 'meta';

/**
 * Keys of the embedded store. LevelDB orders them by their bytes, so what belongs together lies together, and outputs
 * by sequence.
 */
export const keys = {
  head: (task: string): string => `h/${part(task)}`,
  trimmed: (task: string): string => `r/${part(task)}`,
  /** Of the checkpoint with this number; those of the time before checkpoints were numbered have 0. */
  entry: (task: string, entry: string, generation: number): string =>
    `t/${part(task)}/${part(entry)}${generation === 0 ? '' : `/${generation}`}`,
  tick: (task: string, number: number): string => `k/${part(task)}/${padded(number)}`,
  output: (task: string, sequence: number): string => `o/${part(task)}/${padded(sequence)}`,
  cursor: (task: string, sink: string): string => `c/${part(task)}/${part(sink)}`,
  deliveryState: (task: string, sink: string, name: string): string => `${stateFolder(task, sink)}/${part(name)}`,
  deadLetter: (task: string, sink: string, sequence: number): string =>
    `a/${part(task)}/${part(sink)}/${padded(sequence)}`,
} as const;

/**
 * A key taken apart again: what it holds, of which task, the rest (an entry's name, a sequence, a sink), and an entry's
 * generation.
 */
export interface ParsedKey {
  readonly holds: string;
  readonly task: string;
  readonly rest: string;
  readonly generation: number;
}

/** `keys` backwards. */
export function parseKey(key: string): ParsedKey {
  const [holds, task = '', rest = '', generation = '0'] = key.split('/');
  return { holds: holds ?? '', task: unpart(task), rest: unpart(rest), generation: Number(generation) };
}

/** The delivery state of a sink. */
export function deliveryStateOf(task: string, sink: string): { readonly gte: string; readonly lt: string } {
  return { gte: `${stateFolder(task, sink)}/`, lt: `${stateFolder(task, sink)}0` };
}

/** The name of an entry of it, from its key. */
export function stateName(key: string): string {
  return unpart(key.slice(key.lastIndexOf('/') + 1));
}

/** Everything under `prefix/`: `0` is the character after `/`. */
export function under(holds: string, task: string): { readonly gte: string; readonly lt: string } {
  return { gte: `${holds}/${part(task)}/`, lt: `${holds}/${part(task)}0` };
}
