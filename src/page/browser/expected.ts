import type { AlertRecord } from '../../live/schema.ts';
import { svg } from './dom.ts';
import { quantity } from './words.ts';

const [WIDTH, EDGE, LINE] = [400, 30, 38];

/** The band that was expected and the value that was seen, on one line; undefined where either is not known. */
export function expectedAgainstSeen(alert: AlertRecord): SVGElement | null {
  const { value, expected, lower, upper, unit, severity } = alert;
  if (value === null || expected === null || lower === null || upper === null) return null;
  const low = Math.min(value, lower);
  const span = Math.max(value, upper) - low || 1;
  const x = (at: number) => EDGE + ((at - low) / span) * (WIDTH - 2 * EDGE);
  const says = `Seen ${quantity(value, unit)}; expected ${quantity(expected, unit)}, between ${quantity(lower, unit)} and ${quantity(upper, unit)} in 95 % of cases.`;
  const word = (at: number, y: number, text: string, strong = false) => {
    const anchor = at < WIDTH / 3 ? 'start' : at > (2 * WIDTH) / 3 ? 'end' : 'middle';
    const shift = anchor === 'start' ? -6 : anchor === 'end' ? 6 : 0;
    return svg('text', { x: at + shift, y, 'text-anchor': anchor, class: strong ? 'strong' : '' }, text);
  };
  return svg(
    'svg',
    { class: 'scale', viewBox: `0 0 ${WIDTH} 74`, role: 'img', 'aria-label': says },
    svg('line', { class: 'axis', x1: 0, x2: WIDTH, y1: LINE, y2: LINE }),
    svg('rect', {
      class: 'span',
      x: x(lower),
      y: LINE - 9,
      width: Math.max(x(upper) - x(lower), 2),
      height: 18,
      rx: 4,
    }),
    svg('line', { class: 'middle', x1: x(expected), x2: x(expected), y1: LINE - 13, y2: LINE + 13 }),
    svg('circle', { class: `seen ${severity}`, cx: x(value), cy: LINE, r: 7 }),
    word(x(value), 16, `seen ${quantity(value, unit)}`, true),
    word(x(expected), 68, `expected ${quantity(expected, unit)}`),
  );
}
