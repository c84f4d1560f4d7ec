import type { Shape } from '../engine.ts';
import { categoryHead } from './category.ts';
import { countHead } from './count.ts';
import { type ChannelHead, formsOf } from './head.ts';
import { realHead } from './real.ts';
import type { HeadSpec } from './spec.ts';

/** One kind of head. */
interface HeadKind {
  readonly kind: string;
  readonly make: (spec: HeadSpec) => ChannelHead;
}

/** Every kind of head there is. */
export const headKinds: readonly HeadKind[] = [
  { kind: 'real', make: () => realHead },
  { kind: 'count', make: () => countHead },
  { kind: 'category', make: ({ size = 2 }) => categoryHead(size) },
];

/** The heads of a shape, one a channel, and where each one's forms begin. */
export interface Heads {
  /** [D] */
  readonly heads: readonly ChannelHead[];
  /** [D]: of each head's forms and numbers, within those of all. */
  readonly offsets: readonly number[];
  /** F of all heads: numbers that a row's distributions have. */
  readonly width: number;
}

const REAL: HeadSpec = { kind: realHead.kind };

/** The head of such a spec. @throws RangeError where there is none of that kind */
export function makeHead(spec: HeadSpec): ChannelHead {
  const found = headKinds.find(({ kind }) => kind === spec.kind);
  if (found !== undefined) return found.make(spec);
  const names = headKinds.map(({ kind }) => kind).join(', ');
  throw new RangeError(`there is no head \`${spec.kind}\`; there are: ${names}`);
}

/** Makes the heads of a shape: `shape.heads`, or a `real` one for each channel. O(D). */
export function headsOf({ channels, heads: specs }: Pick<Shape, 'channels' | 'heads'>): Heads {
  const heads = Array.from({ length: channels }, (_, d) => makeHead(specs?.[d] ?? REAL));
  const offsets: number[] = [];
  let width = 0;
  for (const head of heads) {
    offsets.push(width);
    width += formsOf(head);
  }
  return { heads, offsets, width };
}
