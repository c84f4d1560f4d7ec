import { h, svg } from './dom.ts';

const SHAPES = {
  critical: 'M5 0l5 5-5 5-5-5z',
  warning: 'M5 .5L10 9.5H0z',
  firing: 'M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0z',
  resolved: 'M1 5.2l2.8 2.8L9.2 2l-1-1-4.4 5L2 4.2z',
} as const;

/** How bad it is: a colour, a shape and a word. */
export function severityMark(severity: 'warning' | 'critical'): HTMLElement {
  return mark(severity, severity, SHAPES[severity]);
}

/** Whether it fires. */
export function stateMark(state: 'firing' | 'resolved'): HTMLElement {
  return state === 'firing' ? mark('critical', 'firing', SHAPES.firing) : mark('good', 'resolved', SHAPES.resolved);
}

/** A word in a box; `kind`: its colour. */
export function mark(kind: string, word: string, shape = ''): HTMLElement {
  const drawn =
    shape === '' ? null : svg('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, svg('path', { d: shape }));
  return h('span', { class: `mark ${kind}` }, drawn, word);
}

/** A curve of a few values, without axes; decoration beside the numbers. */
export function sketch(values: readonly (number | null)[], width = 84, height = 34): SVGElement {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = high - low || 1;
  let pen = 'M';
  const steps = values.map((value, i) => {
    if (value === null) {
      pen = 'M';
      return '';
    }
    const x = (i / Math.max(values.length - 1, 1)) * width;
    const step = `${pen}${x.toFixed(1)} ${(height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)}`;
    pen = 'L';
    return step;
  });
  return svg(
    'svg',
    { class: 'sketch', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { d: steps.join('') }),
  );
}
