import type { Shape } from '../engine.ts';
import { formsOf } from '../heads/head.ts';
import { headsOf } from '../heads/heads.ts';
import { layoutOf } from '../layout.ts';

/**
 * Where each of the P parameters of `layout.ts` lies among the numbers of the module's packing (`assembly/plan.ts`);
 * Adam's moments lie alike. [P]. O(P).
 */
export function packingOf(shape: Shape): Int32Array {
  const { inputs, hidden } = shape;
  const layout = layoutOf(shape);
  const units = Math.ceil(hidden / 4) * 4;
  const features = 2 * Math.ceil((1 + inputs + units) / 2);
  const peepholes = 4 * units * features;
  const heads = peepholes + 4 * units;
  const places = new Int32Array(layout.count);
  for (let gate = 0; gate < 4; gate++) {
    for (let j = 0; j < hidden; j++) {
      const row = gate * hidden + j;
      const at = 4 * j * features + gate;
      places[layout.b + row] = at;
      for (let i = 0; i < inputs; i++) places[layout.w + row * inputs + i] = at + 4 * (1 + i);
      for (let k = 0; k < hidden; k++) places[layout.u + row * hidden + k] = at + 4 * (1 + inputs + k);
      if (gate < 3) places[layout.p + row] = peepholes + 4 * j + gate;
    }
  }
  const form = formsInPairs(shape);
  for (let f = 0; f < layout.forms; f++) {
    const from = layout.heads + f * layout.affine;
    const at = heads + 2 * (form[f] >> 1) * (1 + inputs + units) + (form[f] & 1);
    for (let j = 0; j < hidden; j++) places[from + j] = at + 2 * (1 + inputs + j);
    for (let i = 0; i < inputs; i++) places[from + hidden + i] = at + 2 * (1 + i);
    places[from + hidden + inputs] = at;
  }
  return places;
}

/** [F]: the place of each form among those of the pairs, where a head of an odd number of forms has one more. */
function formsInPairs(shape: Shape): readonly number[] {
  let next = 0;
  return headsOf(shape).heads.flatMap((head) => {
    const first = next;
    next += 2 * Math.ceil(formsOf(head) / 2);
    return head.skips.map((_, f) => first + f);
  });
}

/** A pair of forms as the module reads it (`pairTable` in `assembly/plan.ts`). */
export interface Pair {
  readonly skips: readonly [number, number];
  /** The channel where the module has the head's loss, −1 where it is the head's own. */
  readonly channel: number;
  /** Where its numbers lie among the F of a row. */
  readonly offset: number;
  /** It has one form; the other stays 0. */
  readonly single: boolean;
}

/** Kinds of heads whose loss the module has. */
const WITH_KERNEL: readonly string[] = ['real'];

/** The pairs of a shape, in order. O(F) */
export function pairsOf(shape: Shape): readonly Pair[] {
  const { heads, offsets } = headsOf(shape);
  return heads.flatMap((head, d) =>
    Array.from({ length: Math.ceil(formsOf(head) / 2) }, (_, n): Pair => {
      const [first, second] = head.skips.slice(2 * n);
      const channel = WITH_KERNEL.includes(head.kind) ? d : -1;
      return { skips: [first, second ?? 0], channel, offset: offsets[d] + 2 * n, single: second === undefined };
    }),
  );
}
