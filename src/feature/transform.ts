import type { ChannelOptions } from '../event/channel.ts';

type Transform = ChannelOptions['transform'];

/**
 * What the network sees of a value, given the value before it; NaN where it is missing or has no predecessor it needs.
 */
export function transformed(transform: Transform, value: number, previous: number): number {
  switch (transform) {
    case 'none':
    case 'counter':
      return value;
    case 'log1p':
      return Math.sign(value) * Math.log1p(Math.abs(value));
    case 'log_return':
      return value > 0 && previous > 0 ? Math.log(value / previous) : Number.NaN;
    case 'difference':
      return value - previous;
  }
}

/** The value that the network's number represents: the inverse of `transformed`. */
export function restored(transform: Transform, x: number, previous: number): number {
  switch (transform) {
    case 'none':
    case 'counter':
      return x;
    case 'log1p':
      return Math.sign(x) * Math.expm1(Math.abs(x));
    case 'log_return':
      return previous * Math.exp(x);
    case 'difference':
      return previous + x;
  }
}

/** A step of `size` from a value on, as the network sees it; 0 where it has no number for that. */
export function stepNear(transform: Transform, size: number, from: number, previous: number): number {
  if (transform === 'none' || transform === 'difference') return size;
  const step = Math.abs(transformed(transform, from + size, previous) - transformed(transform, from, previous));
  return Number.isFinite(step) ? step : 0;
}
