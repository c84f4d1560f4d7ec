import type { Column, Columns } from '../series/columns.ts';
import { SETTLING_WEIGHT } from './settling.ts';

/* docs/detection.md#damped-learning, channel by channel: g = EMA₈ of [abnormal]; closed above 0.4, open below 0.2. */

const WINDOW = 8;
const CLOSE_ABOVE = 0.4;
const OPEN_BELOW = 0.2;
/** Damped, never zero: a level that stays is learned. */
const CLOSED_WEIGHT = 0.1;

/** How much is learned of each channel's value while the channel is abnormal. 5 bytes a channel. */
export class ChannelGates {
  readonly #channels: number;
  readonly #share: Column<Float32Array>;
  readonly #closed: Column<Uint8Array>;

  constructor(columns: Columns, channels: number) {
    this.#channels = channels;
    this.#share = columns.f32('calibrate.channel_gate_share', channels);
    this.#closed = columns.u8('calibrate.channel_gate', channels);
  }

  /** The weight for the next row of the series: 1 open, 0.1 closed, 8 closed for so long that the incident `settles`. */
  weight(slot: number, channel: number, settles = false): number {
    if (this.#closed.data[slot * this.#channels + channel] === 0) return 1;
    return settles ? SETTLING_WEIGHT : CLOSED_WEIGHT;
  }

  /** Each row once, in order. O(1). */
  observe(slot: number, channel: number, abnormal: boolean): void {
    const at = slot * this.#channels + channel;
    const share = this.#share.data[at] + ((abnormal ? 1 : 0) - this.#share.data[at]) / WINDOW;
    this.#share.data[at] = share;
    if (share > CLOSE_ABOVE) this.#closed.data[at] = 1;
    else if (share < OPEN_BELOW) this.#closed.data[at] = 0;
  }
}
