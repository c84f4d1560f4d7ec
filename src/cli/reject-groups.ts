import type { RejectOutput } from '../event/output.ts';
import { rejectHint } from '../pipeline/task/reject-hint.ts';
import { printable } from '../sink/console/lines.ts';

interface Group {
  count: number;
  readonly first: RejectOutput;
}

/** The rejected records of a replay by reason. */
export class RejectGroups {
  readonly #groups = new Map<string, Group>();

  take(reject: RejectOutput): void {
    const group = this.#groups.get(reject.reason);
    if (group === undefined) this.#groups.set(reject.reason, { count: 1, first: reject });
    else group.count++;
  }

  /**
   * For people, the most frequent first: how many and why, the first of them with its place, and what to change. Each
   * ends with a line end.
   */
  get lines(): string {
    const groups = [...this.#groups].sort(([, a], [, b]) => b.count - a.count);
    return groups.map(([reason, { count, first }]) => lines(reason, count, first)).join('');
  }
}

function lines(reason: string, count: number, first: RejectOutput): string {
  const hint = rejectHint(first);
  return `  ${count} × ${reason}, first ${printable(first.message)}\n${hint === '' ? '' : `    ${printable(hint)}\n`}`;
}
