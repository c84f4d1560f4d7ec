/** The page's own script, second part: which series are drawn, zoom, keys, themes, print. Runs in the browser. */
export const pageScript = `
'use strict';
const report = JSON.parse(document.getElementById('data').textContent);
const sections = [...document.querySelectorAll('[data-series]')];
const picks = [...document.querySelectorAll('[data-pick]')];
const drawn = new Map();
const charts = () => [...drawn.values()].flat();

function show(index) {
  const section = sections[index], series = report.series[index];
  section.hidden = false;
  if (picks[index]) picks[index].checked = true;
  let time = 0;
  const times = series.times.map((step) => time += step);
  const peers = [];
  drawn.set(index, peers);
  for (const holder of section.querySelectorAll('.chart')) peers.push(draw(holder, series, times, report.units[holder.dataset.channel], peers));
  section.querySelector('[data-reset]').onclick = () => whole(peers[0]);
}

function hide(index) {
  for (const chart of drawn.get(index) ?? []) chart.destroy();
  drawn.delete(index);
  sections[index].hidden = true;
  if (picks[index]) picks[index].checked = false;
}

const chartsOf = (element) => drawn.get(Number(element.closest('[data-series]').dataset.series)) ?? [];
const ends = (chart) => [chart.data[0][0], chart.data[0].at(-1)];

function zoom(chart, min, max) {
  const [first, last] = ends(chart);
  const width = Math.min(Math.max(max - min, (last - first) / chart.data[0].length * 4), last - first);
  const from = Math.min(Math.max(min, first), last - width);
  chart.setScale('x', { min: from, max: from + width });
}

function whole(chart) {
  const [first, last] = ends(chart);
  chart.setScale('x', { min: first, max: last });
}

const keys = {
  ArrowLeft: (min, max) => [min - (max - min) / 5, max - (max - min) / 5],
  ArrowRight: (min, max) => [min + (max - min) / 5, max + (max - min) / 5],
  '+': (min, max) => [min + (max - min) / 5, max - (max - min) / 5],
  '-': (min, max) => [min - (max - min) / 3, max + (max - min) / 3],
  0: () => [-Infinity, Infinity],
};
keys['='] = keys['+'];

document.addEventListener('keydown', (event) => {
  if (!event.target.matches('.chart') || !keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const [chart] = chartsOf(event.target);
  if (event.key === '0') whole(chart); else zoom(chart, ...keys[event.key](chart.scales.x.min, chart.scales.x.max));
});

document.addEventListener('click', (event) => {
  const jump = event.target.closest('[data-zoom]');
  if (!jump) return;
  const [start, end] = jump.dataset.zoom.split(',').map(Number);
  const [chart] = chartsOf(jump);
  if (!chart) return;
  const [first, last] = ends(chart);
  const around = Math.max((end - start) * 2, (last - first) / chart.data[0].length * 60);
  zoom(chart, start - around, end + around);
  chart.root.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
});

for (const pick of picks) pick.onchange = () => {
  const index = Number(pick.dataset.pick);
  if (!pick.checked) return hide(index);
  if (drawn.size >= report.most) hide(drawn.keys().next().value);
  show(index);
  sections[index].scrollIntoView({ block: 'start' });
};

const find = document.querySelector('[data-find]');
if (find) find.oninput = () => {
  for (const pick of picks) pick.closest('li').hidden = !pick.parentElement.textContent.toLowerCase().includes(find.value.toLowerCase());
};

const redraw = () => { for (const chart of charts()) chart.redraw(); };
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
function resize(width) {
  for (const chart of charts()) chart.setSize({ width: width ?? chart.root.parentElement.clientWidth, height: chart.height });
}
addEventListener('resize', () => resize());
addEventListener('beforeprint', () => { document.documentElement.dataset.theme = 'light'; resize(660); redraw(); });
addEventListener('afterprint', () => { delete document.documentElement.dataset.theme; resize(); redraw(); });

for (let index = 0; index < sections.length; index++) index < report.most ? show(index) : hide(index);
document.documentElement.dataset.ready = String(charts().length);
`;
