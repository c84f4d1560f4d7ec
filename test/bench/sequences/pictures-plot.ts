import { SIDE } from '../../../fixtures/sequences/glyphs.ts';

const GAP = 4;
const LEVELS = 6;
const BRIGHTEST = 255;
const TITLE = '<title>Predicted pictures above those that came</title>\n';

/** A column of the plot: what was predicted, and what came. */
export interface PicturePair {
  readonly label: string;
  readonly predicted: readonly number[];
  readonly real: readonly number[];
}

/** SVG of pictures: above what was predicted of each, below what came. */
export function picturesPlot(pairs: readonly PicturePair[]): string {
  const pitch = SIDE + GAP;
  const drawn = pairs.flatMap(({ label, predicted, real }, n) => {
    const x = 34 + n * pitch;
    const text = `<text x="${x}" y="8">${label}</text>`;
    return [text, placed(predicted, x, 12), placed(real, x, 12 + pitch)];
  });
  const sides = ['predicted', 'came'].map((side, n) => `<text x="2" y="${28 + n * pitch}">${side}</text>`);
  const size = `viewBox="0 0 ${34 + pairs.length * pitch} ${12 + 2 * pitch}" width="860"`;
  const style = 'font-family="sans-serif" font-size="6" fill="#666"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}>\n${TITLE}${[...sides, ...drawn].join('\n')}\n</svg>\n`;
}

function placed(points: readonly number[], x: number, y: number): string {
  return `<g transform="translate(${x} ${y})"><rect width="${SIDE}" height="${SIDE}" fill="#111"/>${levels(points)}</g>`;
}

/** A path for each level of brightness, of runs of points that have it. */
function levels(points: readonly number[]): string {
  const level = (at: number) => Math.round((points[at] / BRIGHTEST) * (LEVELS - 1));
  const paths = Array.from({ length: LEVELS }, () => '');
  for (let at = 0; at < points.length; ) {
    const from = at;
    do at++;
    while (at % SIDE !== 0 && level(at) === level(from));
    const of = Math.min(LEVELS - 1, Math.max(0, level(from)));
    paths[of] += `M${from % SIDE} ${Math.floor(from / SIDE) + 0.5}h${at - from}`;
  }
  return paths
    .map((d, n) => (n === 0 || d === '' ? '' : `<path stroke="#fff" stroke-opacity="${n / (LEVELS - 1)}" d="${d}"/>`))
    .join('');
}
