import { isWarming, type ReportAssets, type ReportData, type ReportedSeries } from './data.ts';
import { escapeHtml, scriptJson, scriptSource } from './escape.ts';
import { type Incident, incidentsOf } from './incident.ts';
import { chartScript } from './page-charts.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { seriesPayload } from './payload.ts';
import { seriesSection } from './section.ts';
import { countInWords, numberInWords } from './words.ts';

/** Series drawn at a time, at most. */
const MOST_DRAWN = 6;

interface Entry {
  readonly series: ReportedSeries;
  readonly incidents: readonly Incident[];
}

/**
 * One HTML file that needs nothing else: curves with their bands, bits, score and alerts, in words too. It fetches
 * nothing, and says so to the browser. Series with alerts come first. About 40 bytes a row and channel, and a script of
 * 60 KB.
 */
export function report(data: ReportData, assets: ReportAssets): string {
  const entries = data.series
    .map((series) => ({ series, incidents: incidentsOf(series.alerts) }))
    .sort((a, b) => b.incidents.length - a.incidents.length || (a.series.name < b.series.name ? -1 : 1));
  const payload = {
    most: MOST_DRAWN,
    units: data.channels.map(({ unit }) => unit),
    series: entries.map(({ series, incidents }) => seriesPayload(data, series, incidents)),
  };
  const sections = entries.map(({ series, incidents }, index) => seriesSection(data, series, incidents, index));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(data.title)} · Surprisal</title>
<style>${assets.style}</style>
<style>${pageStyle}</style>
</head>
<body>
${pageHeader(data, entries)}
<div class="page${entries.length > 1 ? ' many' : ''}">
${entries.length > 1 ? picker(entries) : ''}
<main>${legend(data)}${sections.join('\n')}</main>
</div>
<script type="application/json" id="data">${scriptJson(payload)}</script>
<script>${scriptSource(assets.script)}</script>
<script>${scriptSource(chartScript)}</script>
<script>${scriptSource(pageScript)}</script>
</body>
</html>
`;
}

function pageHeader(data: ReportData, entries: readonly Entry[]): string {
  const settings = Object.entries(data.settings ?? {});
  const list = settings.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<header class="top">
<p class="brand">Surprisal <span>replay of ${escapeHtml(data.stream)}</span></p>
<h1>${escapeHtml(data.title)}</h1>
<dl class="totals">${totals(entries).join('')}</dl>
${settings.length > 0 ? `<details><summary>Settings</summary><dl class="settings">${list.join('')}</dl></details>` : ''}
</header>`;
}

function totals(entries: readonly Entry[]): readonly string[] {
  const rows = entries.reduce((sum, { series }) => sum + series.timeMs.length, 0);
  const alerts = entries.reduce((sum, { incidents }) => sum + incidents.length, 0);
  const warming = entries.filter(({ series }) => isWarming(series)).length;
  const bits = entries.reduce((sum, { series }) => sum + totalBits(series), 0);
  return [
    total(countInWords(rows), rows === 1 ? 'row' : 'rows'),
    total(countInWords(entries.length), 'series'),
    total(countInWords(alerts), alerts === 1 ? 'alert' : 'alerts', alerts > 0 ? 'raised' : ''),
    ...(warming > 0 ? [total(countInWords(warming), 'series not ready')] : []),
    total(numberInWords(bits), 'bits in all'),
    total(rows === 0 ? '–' : numberInWords(bits / rows), 'bits a row'),
  ];
}

function total(number: string, name: string, mark = ''): string {
  return `<div class="${mark}"><dd>${number}</dd><dt>${name}</dt></div>`;
}

function totalBits(series: ReportedSeries): number {
  let sum = 0;
  for (const { bits } of series.channels) for (const value of bits) sum += value ?? 0;
  return sum;
}

function legend(data: ReportData): string {
  const keys = ['value', 'expected', 'band', 'bits', 'score', 'alert'];
  const names = [
    'seen',
    'expected',
    'central 95 % of what was expected',
    'surprise in bits',
    'score; 0.5 is the alarm',
    'alert',
  ];
  const shown = keys.map((key, place) => `<li><i class="key ${key}"></i>${names[place]}</li>`);
  const labelled =
    (data.labels ?? []).length > 0
      ? `<li><i class="key label"></i>${escapeHtml(data.labelled ?? 'labelled beforehand')}</li>`
      : '';
  return `<ul class="legend" aria-label="Legend">${shown.join('')}${labelled}<li class="hint">drag to zoom, double-click for the whole range; times are UTC</li></ul>`;
}

function picker(entries: readonly Entry[]): string {
  const items = entries.map(({ series, incidents }, index) => {
    const count = incidents.length > 0 ? `<b>${incidents.length}</b>` : '';
    return `<li><label><input type="checkbox" data-pick="${index}"><span>${escapeHtml(series.name)}</span>${count}</label></li>`;
  });
  return `<nav aria-label="Series"><label class="find">Series<input type="search" data-find placeholder="find among ${countInWords(entries.length)}"></label>
<ul>${items.join('')}</ul><p>At most ${MOST_DRAWN} are drawn at a time; those with alerts come first.</p></nav>`;
}
