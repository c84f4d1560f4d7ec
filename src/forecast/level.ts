import type { ChannelOptions } from '../event/channel.ts';

type Transform = ChannelOptions['transform'];

/**
 * A value as forecasts are compared and averaged: ln of a price, log1p of an amount, else itself. Increasing, so that
 * quantiles stay quantiles; NaN where a price is not positive.
 */
export function toLevel(transform: Transform, value: number): number {
  if (transform === 'log1p') return Math.sign(value) * Math.log1p(Math.abs(value));
  if (transform === 'log_return') return value > 0 ? Math.log(value) : Number.NaN;
  return value;
}

/** The value of a level: the inverse of `toLevel`. */
export function fromLevel(transform: Transform, level: number): number {
  if (transform === 'log1p') return Math.sign(level) * Math.expm1(Math.abs(level));
  return transform === 'log_return' ? Math.exp(level) : level;
}
