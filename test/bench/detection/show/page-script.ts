/** The page's own script: draws each plot of `#plots` in its place. Runs in the browser. */
export const pageScript = `
'use strict';
const plots = JSON.parse(document.getElementById('plots').textContent);
const colours = ['#2f5bea', '#d92d5a', '#0f9d82', '#d97706', '#8a4fd0', '#667085', '#14a0c8', '#a3b018'];
function shade(plot) {
  return (u) => {
    u.ctx.save();
    u.ctx.fillStyle = '#d92d5a22';
    for (const [start, end] of plot.shaded ?? []) {
      const left = u.valToPos(start, 'x', true);
      u.ctx.fillRect(left, u.bbox.top, Math.max(2, u.valToPos(end, 'x', true) - left), u.bbox.height);
    }
    u.ctx.restore();
  };
}
for (const holder of document.querySelectorAll('[data-plot]')) {
  const plot = plots[Number(holder.dataset.plot)];
  const ink = getComputedStyle(document.body).color;
  new uPlot({
    width: holder.clientWidth || 1200, height: 240, ms: 1, scales: { x: { time: plot.time === true } },
    tzDate: (ms) => uPlot.tzDate(new Date(ms), 'Etc/UTC'),
    axes: [{ stroke: ink }, { stroke: ink, size: 60 }],
    series: [{}, ...plot.curves.map(({ name }, i) => ({ label: name, stroke: colours[i % colours.length], width: 1.4, points: { size: 4 } }))],
    hooks: { drawAxes: [shade(plot)] },
  }, [plot.x, ...plot.curves.map(({ y }) => y)], holder);
}
`;
