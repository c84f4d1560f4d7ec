import type { Evidence } from '../alert/evidence.ts';
import type { Channel } from '../event/channel.ts';
import type { AlertReason } from '../event/output.ts';
import { restored } from '../feature/transform.ts';
import { ERROR_ROWS } from '../score/smoothed-error.ts';
import type { Judged } from '../statistic/statistic.ts';

/**
 * What a statistic judged, as the network sees it, in the channel's unit; null where it judged the value alone.
 * `error`: mean of the channel's last forecast errors, which the novelty of a change judges. O(1)
 */
export function evidenceOf(
  found: Judged | undefined,
  error: number,
  reason: AlertReason,
  { transform }: Channel,
): Evidence | null {
  const change = { rows: ERROR_ROWS, value: error, usual: Number.NaN };
  const judged = found ?? (reason === 'unusual_change' ? change : undefined);
  if (judged === undefined) return null;
  if (reason === 'stuck' || reason === 'many_channels') return { ...judged, as: 'number' };
  if (reason === 'unusual_level' && (transform === 'none' || transform === 'log1p')) {
    const [value, usual] = [judged.value, judged.usual].map((x) => restored(transform, x, Number.NaN));
    return { rows: judged.rows, value, usual, as: 'unit' };
  }
  return { ...judged, as: transform === 'none' || transform === 'difference' ? 'unit' : 'share' };
}
