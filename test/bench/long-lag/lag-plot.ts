const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 60;
const DECADES = 8;
const COLOURS = ['#1f6feb', '#2da44e', '#bf8700', '#cf222e'];

/** A line of the plot: a number for each lag from 0 on. */
export interface LagLine {
  readonly name: string;
  readonly norms: readonly number[];
}

/** SVG of norms by lag, by powers of ten below the largest. */
export function lagPlot(lines: readonly LagLine[]): string {
  const top = Math.ceil(Math.log10(Math.max(...lines.flatMap(({ norms }) => norms))));
  const lags = Math.max(...lines.map(({ norms }) => norms.length)) - 1;
  const x = (lag: number) => LEFT + ((WIDTH - LEFT - 150) * lag) / lags;
  const y = (norm: number) => 20 + ((HEIGHT - 60) * Math.min(DECADES, top - Math.log10(norm))) / DECADES;
  const drawn = lines.map(({ name, norms }, n) => {
    const points = norms.map((norm, lag) => `${x(lag).toFixed(1)},${y(norm).toFixed(1)}`).join(' ');
    const label = `<text x="${WIDTH - 140}" y="${40 + 18 * n}" fill="${COLOURS[n]}">${name}</text>`;
    return `<polyline fill="none" stroke="${COLOURS[n]}" stroke-width="2" points="${points}"/>${label}`;
  });
  const decades = Array.from({ length: DECADES / 2 + 1 }, (_, n) => {
    const at = y(10 ** (top - 2 * n)).toFixed(1);
    return `<text x="8" y="${at}">1e${top - 2 * n}</text><path stroke="#8884" d="M${LEFT} ${at}H${WIDTH - 150}"/>`;
  });
  const axis = `<text x="${LEFT}" y="${HEIGHT - 8}">rows before the end: 0 to ${lags}</text>`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif"`;
  return `${open} font-size="12" fill="#666">\n<title>Norm of the gradient by lag</title>\n${[...decades, ...drawn, axis].join('\n')}\n</svg>\n`;
}
