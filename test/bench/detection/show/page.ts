import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { escapeHtml, scriptJson, scriptSource } from '../../../../src/report/escape.ts';
import { pageScript } from './page-script.ts';
import type { PartOutcome } from './results.ts';
import { type Table, tableOf } from './table.ts';

/** Everything the page shows. */
export interface PageData {
  readonly settings: Readonly<Record<string, string>>;
  readonly parts: readonly PartOutcome[];
  readonly compared: Table | undefined;
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#14181f, #e6eaf0); --quiet: light-dark(#667085, #93a0b4); --rule: light-dark(#e3e7ed, #262d38); --card: light-dark(#fff, #161b22); --paper: light-dark(#f6f7f9, #0e1116); }
body { margin: 0 auto; max-width: 1320px; padding: 28px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 18px 20px; margin: 20px 0; overflow-x: auto; }
h1, h2 { margin: 0; } p, dd { color: var(--quiet); } dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 16px; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 5px 12px; border-top: 1px solid var(--rule); white-space: nowrap; } th { border-top: 0; }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; } tr.own { font-weight: 600; }
figure { margin: 18px 0 0; } figcaption { font-size: 13px; color: var(--quiet); }
`;

/** One HTML file that needs nothing else, and fetches nothing: tables and plots of the bench. */
export function page(data: PageData): string {
  const require = createRequire(import.meta.url);
  const plots = data.parts.flatMap(({ entries }) => entries.flatMap((entry) => entry.plots));
  let next = 0;
  const sections = data.parts.map((part) => section(part, () => next++));
  const settings = Object.entries(data.settings).map(
    ([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Detection · Surprisal</title>
<style>${readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8')}${STYLE}</style></head>
<body><h1>Detection</h1><dl>${settings.join('')}</dl>
${data.compared === undefined ? '' : `<section><h2>ablation</h2>${tableHtml(data.compared)}</section>`}
${sections.join('\n')}
<script type="application/json" id="plots">${scriptJson(plots)}</script>
<script>${scriptSource(readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'))}</script>
<script>${scriptSource(pageScript)}</script>
</body></html>
`;
}

function section({ part, summary, entries }: PartOutcome, next: () => number): string {
  const figures = entries
    .flatMap(({ contestant, plots }) => plots.map(({ title }) => ({ contestant, title })))
    .map(({ contestant, title }) => figure(`${title} (${contestant})`, next()));
  return `<section><h2>${escapeHtml(part)}</h2><p>${escapeHtml(summary)}</p>${tableHtml(tableOf(entries))}${figures.join('')}</section>`;
}

function figure(title: string, index: number): string {
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><div data-plot="${index}"></div></figure>`;
}

function tableHtml({ head, lines }: Table): string {
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  const body = lines.map((line) => `<tr${line[0] === 'surprisal' ? ' class="own"' : ''}>${row(line, 'td')}</tr>`);
  return `<table><thead><tr>${row(head, 'th')}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}
