import type { RejectOutput } from '../event/output.ts';
import type { RejectGroup } from './schema.ts';

/** Examples of a reason: the first ones, for they say how it began. */
const EXAMPLES = 3;
/** Distinct reasons; those of a stream are codes, and fewer. */
const MOST_REASONS = 32;
/** Characters of a record that are shown. */
const SHOWN = 300;

interface Group {
  count: number;
  readonly examples: { readonly message: string; readonly record: string }[];
}

/** Counts the rejected records of a stream by reason, with the first examples of each. */
export class Rejects {
  readonly #groups = new Map<string, Group>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** O(1) */
  add({ reason, message, record }: RejectOutput): void {
    this.#total++;
    const group = this.#groups.get(reason) ?? this.#begin(reason);
    if (group === undefined) return;
    group.count++;
    if (group.examples.length < EXAMPLES) group.examples.push({ message, record: shown(record) });
  }

  /** The most frequent first. */
  get groups(): readonly RejectGroup[] {
    const all = [...this.#groups].map(([reason, { count, examples }]) => ({ reason, count, examples: [...examples] }));
    return all.sort((a, b) => b.count - a.count);
  }

  #begin(reason: string): Group | undefined {
    if (this.#groups.size >= MOST_REASONS) return undefined;
    const group: Group = { count: 0, examples: [] };
    this.#groups.set(reason, group);
    return group;
  }
}

/** The beginning of the record as text; what cannot be read as text becomes `·`. */
function shown(base64: string): string {
  const bytes = Uint8Array.from(atob(base64.slice(0, 4 * SHOWN)), (character) => character.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return cut.replaceAll(/[\p{Cc}\p{Cf}\ufffd]/gu, '·');
}
