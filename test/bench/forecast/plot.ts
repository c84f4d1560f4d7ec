/* node test/bench/run.mjs test/bench/forecast/plot.ts build/forecast.json … [--out docs/forecast.svg]
 *
 * Draws what `run.ts` measured, CRPS as a share of that of "next = last" by horizon, and prints the table of docs/forecast.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Compared, groupsOf, METHODS, methodsOf, setsOf } from './compared.ts';

const PANEL = { width: 250, height: 220, left: 44, top: 40, gap: 26 };
const COLOURS: Readonly<Record<string, string>> = {
  ...{ surprisal: '#c2410c', network: '#f0a36b', last: '#888888', season: '#4f7cac', week: '#1f4e79' },
  ...{ ets: '#3f8f5f', theta: '#8a5fa8' },
};
/** Share of "next = last" at the upper edge. */
const TOP = 1.6;

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'docs/forecast.svg' } },
  allowPositionals: true,
});
const all: readonly Compared[] = positionals.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
writeFileSync(values.out, picture());
process.stdout.write(table());

function picture(): string {
  const sets = setsOf(all);
  const width = PANEL.left + sets.length * (PANEL.width + PANEL.gap);
  const height = PANEL.top + PANEL.height + 60;
  const keys = METHODS.filter((method) => all.some((line) => line.method === method)).map(
    (method, n) =>
      `<rect x="${PANEL.left + n * 100}" y="${height - 20}" width="14" height="4" fill="${COLOURS[method]}"/><text x="${PANEL.left + n * 100 + 20}" y="${height - 14}">${method}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12"><title>Forecasts against baselines, by rows ahead</title>
<rect width="${width}" height="${height}" fill="#fff"/><text x="${PANEL.left}" y="18" font-size="14" font-weight="600">CRPS as a share of that of “next = last”, by rows ahead</text>
${sets.map((set, n) => panel(set, PANEL.left + n * (PANEL.width + PANEL.gap))).join('\n')}
${keys.join('\n')}
</svg>
`;
}

function panel(set: string, left: number): string {
  const groups = groupsOf(all, set);
  const x = (n: number) => left + (n + 0.5) * (PANEL.width / groups.length);
  const y = (share: number) => PANEL.top + PANEL.height * (1 - Math.min(share, TOP) / TOP);
  const ticks = [0, 0.5, 1, 1.5].map(
    (share) =>
      `<path d="M${left} ${y(share)}h${PANEL.width}" stroke="#ddd"/><text x="${left - 4}" y="${y(share) + 4}" text-anchor="end" fill="#666">${share}</text>`,
  );
  const names = groups.map(
    ({ from, to }, n) =>
      `<text x="${x(n)}" y="${PANEL.top + PANEL.height + 16}" text-anchor="middle" fill="#666">${from === to ? from : `${from}–${to}`}</text>`,
  );
  const lines = methodsOf(all, set).map((method) => {
    const points = groups.map(
      ({ from }, n) =>
        `${x(n).toFixed(1)},${y(lineOf(set, from, method).crps / lineOf(set, from, 'last').crps).toFixed(1)}`,
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[method]}" stroke-width="${method === 'surprisal' ? 3 : 1.6}"/>`;
  });
  return `<text x="${left}" y="${PANEL.top - 6}" font-weight="600">${set}</text>${ticks.join('')}${names.join('')}${lines.join('')}`;
}

function lineOf(set: string, from: number, method: string): Compared {
  const found = all.find((line) => line.set === set && line.from === from && line.method === method);
  if (found === undefined) throw new Error(`no ${method} of ${set} from ${from}`);
  return found;
}

/** CRPS, and the shares of what came within the central 80 % and 95 %. */
function table(): string {
  const rows = setsOf(all).flatMap((set) =>
    groupsOf(all, set).map(({ from, to }) => {
      const best = Math.min(...methodsOf(all, set).map((method) => lineOf(set, from, method).crps));
      const cells = METHODS.map((method) => {
        if (!methodsOf(all, set).includes(method)) return '';
        const { crps, in80, in95 } = lineOf(set, from, method);
        const number = String(Number(crps.toPrecision(3)));
        return `${crps === best ? `**${number}**` : number} (${Math.round(100 * in80)}/${Math.round(100 * in95)})`;
      });
      return `| ${[set, from === to ? from : `${from}–${to}`, ...cells].join(' | ')} |`;
    }),
  );
  return `| | rows ahead | ${METHODS.join(' | ')} |\n|${'---|'.repeat(METHODS.length + 2)}\n${rows.join('\n')}\n`;
}
