import { isWarming, type ReportData, type ReportedSeries } from './data.ts';
import { escapeHtml } from './escape.ts';
import type { Incident } from './incident.ts';
import { countInWords, durationInWords, numberInWords, rarityInWords, timeInWords } from './words.ts';

/** Beyond it a list of alerts is no longer read. */
const MOST_LISTED = 500;

/**
 * One series: its heading, a place for each chart, its alerts in words. Complete without any script but for the curves.
 */
export function seriesSection(
  data: ReportData,
  series: ReportedSeries,
  incidents: readonly Incident[],
  index: number,
): string {
  const charts = data.channels.map((channel, place) => chartPlace(series, channelLabel(channel), place)).join('');
  return `<section class="series" data-series="${index}" aria-labelledby="series-${index}">
<header><h2 id="series-${index}">${escapeHtml(series.name)}</h2>
<p>${countInWords(series.timeMs.length)} rows · ${spanInWords(series)}</p>
<button type="button" class="quiet" data-reset>Whole range</button></header>
${charts}${chartPlace(series, 'score', -1)}
${notReady(series)}${alertList(data, incidents, isWarming(series))}
</section>`;
}

function channelLabel({ name, unit }: { readonly name: string; readonly unit: string }): string {
  return unit === '' ? name : `${name}, ${unit}`;
}

function chartPlace(series: ReportedSeries, label: string, place: number): string {
  const keys = 'Arrow keys move, plus and minus zoom, 0 shows the whole range.';
  const says = escapeHtml(`${label} of ${series.name}. ${keys}`);
  return `<figure><figcaption><b>${escapeHtml(label)}</b><span class="readout" data-readout></span></figcaption>
<div class="chart" data-channel="${place}" tabindex="0" role="group" aria-label="${says}"></div></figure>`;
}

function spanInWords({ timeMs }: ReportedSeries): string {
  const first = timeMs[0];
  const last = timeMs.at(-1);
  return first === undefined || last === undefined ? 'no time' : `${timeInWords(first)} – ${timeInWords(last)}`;
}

/** That nothing is raised says nothing as long as nothing can be. */
function notReady(series: ReportedSeries): string {
  const { warmUp } = series;
  if (warmUp === undefined || !isWarming(series)) return '';
  const { rows, rowsNeeded } = warmUp;
  return `<p class="calm">Not ready: it has ${countInWords(rows)} of the ${countInWords(rowsNeeded)} rows it needs before it can raise an alert.</p>`;
}

function alertList(data: ReportData, incidents: readonly Incident[], isNew: boolean): string {
  if (incidents.length === 0 && isNew) return '';
  if (incidents.length === 0) return '<p class="calm">No alerts: nothing here was unusual enough.</p>';
  const rows = incidents.slice(0, MOST_LISTED).map((incident) => alertRow(data, incident));
  const left = incidents.length - rows.length;
  return `<table class="alerts"><thead><tr><th scope="col">Alert</th><th scope="col">What happened</th>
<th scope="col" class="number">Bits</th><th scope="col" class="number">How rare</th><th scope="col" class="number">Lasted</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>${left > 0 ? `<p class="calm">and ${countInWords(left)} more</p>` : ''}`;
}

function alertRow(data: ReportData, { worst, startMs, endMs, resolved }: Incident): string {
  const channel = data.channels.length > 1 ? ` <span class="tag">${escapeHtml(worst.channel)}</span>` : '';
  const lasted = resolved ? durationInWords(endMs - startMs) : 'still firing';
  return `<tr class="${worst.severity}"><th scope="row"><button type="button" class="jump" data-zoom="${startMs},${endMs}">
<span class="tag ${worst.severity}">${worst.severity}</span> ${timeInWords(startMs)}</button></th>
<td>${escapeHtml(worst.summary)}${channel}</td><td class="number">${numberInWords(worst.bits)}</td>
<td class="number">${rarityInWords(worst.pValue)}</td><td class="number">${lasted}</td></tr>`;
}
