import { BEFORE, type CellProgram } from '../lstm/graph/program.ts';

const WIDTH = 116;
const HEIGHT = 56;
const BOX = [96, 30] as const;

/** A cell graph as SVG: what flows where, from left to right, the state before on the left. O(nodes²). */
export function cellPicture(program: CellProgram, title: string): string {
  const { nodes, cell, output } = program;
  const depths = [0, 0];
  for (const { operands } of nodes) depths.push(1 + Math.max(0, ...operands.map((place) => depths[place])));
  const rows = new Map<number, number>();
  const places = depths.map((depth) => {
    const row = rows.get(depth) ?? 0;
    rows.set(depth, row + 1);
    return { x: 12 + depth * WIDTH, y: 44 + row * HEIGHT };
  });
  const width = 24 + (Math.max(...depths) + 1) * WIDTH;
  const height = 56 + Math.max(...rows.values()) * HEIGHT;
  const edges = nodes.flatMap(({ operands }, n) =>
    operands.map((from) => edge(places[from], places[n + BEFORE.length])),
  );
  const boxes = places.map(({ x, y }, place) => {
    const label = place < BEFORE.length ? BEFORE[place].replace('_', ' ') : nodes[place - BEFORE.length].operation;
    const result = place === cell ? 'cell = ' : place === output ? 'output = ' : '';
    const fill = place < BEFORE.length ? '#e8eef7' : result === '' ? '#ffffff' : '#fdf0d5';
    return (
      `<rect x="${x}" y="${y}" width="${BOX[0]}" height="${BOX[1]}" rx="6" fill="${fill}" stroke="#445"/>` +
      `<text x="${x + BOX[0] / 2}" y="${y + 19}" text-anchor="middle">${result}${label}</text>`
    );
  });
  const marker =
    '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="#667"/></marker></defs>';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12"><title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/><text x="12" y="24" font-size="14" font-weight="600">${escaped(title)}</text>${marker}
${edges.join('\n')}
${boxes.join('\n')}
</svg>
`;
}

function edge(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): string {
  const [x1, y1] = [from.x + BOX[0], from.y + BOX[1] / 2];
  const [x2, y2] = [to.x, to.y + BOX[1] / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#889" marker-end="url(#a)"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
