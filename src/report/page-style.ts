/** The page's style sheet: light and dark, screen and paper. The names of the colours are what the charts ask for. */
export const pageStyle = `
:root {
  --paper: #f6f7f9; --card: #fff; --ink: #14181f; --quiet: #667085; --rule: #e3e7ed; --grid: #eef0f4; --accent: #2f5bea;
  --value: #1f4fd8; --expected: #0f9d82; --band: #0f9d8222; --edge: #0f9d8244; --bits: #9aa3b5; --score: #8a4fd0;
  --warning: #d97706; --critical: #d92d5a; --label: #2f5bea14;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme=light]) {
    --paper: #0e1116; --card: #161b22; --ink: #e6eaf0; --quiet: #93a0b4; --rule: #262d38; --grid: #1f2630; --accent: #86a5ff;
    --value: #82a6ff; --expected: #4fd1b5; --band: #4fd1b526; --edge: #4fd1b54d; --bits: #566278; --score: #c39bff;
    --warning: #f5b14c; --critical: #ff6b8f; --label: #86a5ff1f;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -.02em; margin: 2px 0 18px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.top, .page { max-width: 1320px; margin: 0 auto; padding: 28px 28px 0; }
.page { padding-top: 20px; padding-bottom: 60px; }
.page.many { display: grid; grid-template-columns: 250px minmax(0, 1fr); gap: 24px; align-items: start; }
.brand { margin: 0; font-weight: 650; color: var(--accent); }
.brand span { color: var(--quiet); font-weight: 400; margin-left: 6px; }
.totals { display: flex; flex-wrap: wrap; gap: 12px; margin: 0; }
.totals div { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 10px 18px; min-width: 116px; }
.totals dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.totals dt { color: var(--quiet); font-size: 13px; }
.totals .raised dd { color: var(--critical); }
details { margin-top: 14px; color: var(--quiet); }
summary { cursor: pointer; width: max-content; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 6px 24px; margin: 10px 0 0; font-size: 13px; }
.settings div { display: flex; justify-content: space-between; gap: 12px; border-bottom: 1px solid var(--rule); }
.settings dd { margin: 0; color: var(--ink); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; text-align: right; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; margin: 0 0 14px; padding: 0; color: var(--quiet); font-size: 13px; }
.legend .hint { margin-left: auto; }
.key { display: inline-block; width: 18px; height: 10px; margin-right: 7px; border-radius: 2px; vertical-align: baseline; }
.key.value { height: 3px; background: var(--value); vertical-align: 4px; }
.key.expected { height: 0; border-top: 2px dashed var(--expected); border-radius: 0; vertical-align: 4px; }
.key.band { background: var(--band); border: 1px solid var(--edge); }
.key.bits { background: var(--bits); width: 8px; }
.key.score { height: 3px; background: var(--score); vertical-align: 4px; }
.key.alert { background: color-mix(in srgb, var(--critical) 25%, transparent); border-left: 2px solid var(--critical); border-radius: 0; }
.key.label { background: var(--label); border: 1px solid var(--rule); }
.series { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 18px 20px 14px; margin-bottom: 20px; }
.series > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; margin-bottom: 8px; }
.series > header p { margin: 0; color: var(--quiet); font-size: 13px; flex: 1; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button.quiet { font-size: 13px; color: var(--quiet); border: 1px solid var(--rule); border-radius: 7px; padding: 2px 10px; }
button.quiet:hover { color: var(--ink); border-color: var(--quiet); }
figure { margin: 0 0 6px; }
figcaption { display: flex; gap: 12px; align-items: baseline; font-size: 13px; min-height: 20px; }
.readout { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.chart { min-height: 100px; }
.u-select { background: color-mix(in srgb, var(--accent) 14%, transparent) !important; }
.uplot, .uplot * { font-family: inherit; }
.u-cursor-x, .u-cursor-y { border-color: var(--quiet) !important; }
.alerts { width: 100%; border-collapse: collapse; font-size: 14px; margin-top: 8px; }
.alerts th, .alerts td { text-align: left; vertical-align: top; padding: 8px 14px 8px 0; border-top: 1px solid var(--rule); font-weight: 400; }
.alerts thead th { color: var(--quiet); font-size: 12px; border-top: 0; padding-bottom: 4px; }
.alerts .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.alerts tr > :last-child { padding-right: 0; }
.jump { white-space: nowrap; text-align: left; font-variant-numeric: tabular-nums; }
.jump:hover { color: var(--accent); text-decoration: underline; text-underline-offset: 3px; }
.tag { display: inline-block; font-size: 12px; line-height: 18px; border-radius: 5px; padding: 0 7px; background: var(--grid); color: var(--quiet); }
.tag.warning { color: var(--warning); background: color-mix(in srgb, var(--warning) 13%, transparent); }
.tag.critical { color: var(--critical); background: color-mix(in srgb, var(--critical) 13%, transparent); }
.calm { color: var(--quiet); font-size: 14px; margin: 8px 0 4px; }
nav { position: sticky; top: 16px; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 14px; font-size: 14px; }
nav ul { list-style: none; margin: 10px 0 0; padding: 0; max-height: calc(100vh - 190px); overflow: auto; }
nav li label { display: flex; gap: 8px; align-items: baseline; padding: 4px 6px; border-radius: 6px; cursor: pointer; }
nav li label:hover { background: var(--grid); }
nav li span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
nav li b { color: var(--critical); font-weight: 600; font-variant-numeric: tabular-nums; }
nav p { color: var(--quiet); font-size: 12px; margin: 10px 0 0; }
.find { font-weight: 600; }
.find input { display: block; width: 100%; margin-top: 6px; font: inherit; font-weight: 400; color: inherit; background: var(--paper);
  border: 1px solid var(--rule); border-radius: 7px; padding: 5px 9px; }
@media (max-width: 860px) {
  .page.many { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; } nav ul { max-height: 180px; }
  .top, .page { padding-left: 14px; padding-right: 14px; }
  .alerts thead { display: none; } .alerts tr { display: block; border-top: 1px solid var(--rule); padding: 8px 0; }
  .alerts th, .alerts td { display: inline-block; border: 0; padding: 0 12px 2px 0; }
}
@media print {
  body { background: #fff; font-size: 12px; } .page.many { display: block; }
  nav, .hint, button.quiet, .readout { display: none; }
  .series { border: 0; padding: 0; } figure, .alerts tr { break-inside: avoid; }
}
`;
