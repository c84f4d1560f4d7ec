/** The page's style sheet: light and dark, wide and narrow. The names of the colours are what the charts ask for. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f5f6f9, #0d1015); --card: light-dark(#ffffff, #151a21); --raised: light-dark(#f1f3f8, #1d242e);
  --ink: light-dark(#131720, #e8ecf2); --quiet: light-dark(#596377, #9aa6b8); --rule: light-dark(#e1e5ec, #28303b);
  --grid: light-dark(#eceff4, #1f2630); --accent: light-dark(#2450d8, #8aa8ff); --on-accent: light-dark(#ffffff, #0d1015);
  --value: light-dark(#1f4fd8, #82a6ff); --expected: light-dark(#0b7d68, #4fd1b5);
  --band: light-dark(#0f9d8226, #4fd1b52b); --bits: light-dark(#8f9ab0, #66738a);
  --warning: light-dark(#8a4700, #f5b14c); --critical: light-dark(#c01f4a, #ff7d9b); --good: light-dark(#06683d, #4fd08f);
  --regime-0: light-dark(#2450d8, #8aa8ff); --regime-1: light-dark(#0b7d68, #4fd1b5); --regime-2: light-dark(#8a4700, #f5b14c);
  --regime-3: light-dark(#7a3fb0, #c99bff); --regime-4: light-dark(#8c1d5f, #ff9bd0); --regime-5: light-dark(#3f6212, #b4dd6a);
  --regime-6: light-dark(#0e6a8c, #6cc7ee); --regime-7: light-dark(#5b5148, #c9bcae);
  --radius: 12px;
}
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  display: flex; flex-direction: column; font-feature-settings: "tnum"; }
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
button, input, select { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.skip { position: absolute; left: -999px; top: 6px; background: var(--card); padding: 6px 12px; z-index: 9; }
.skip:focus { left: 12px; }
.calm { color: var(--quiet); }
.empty { padding: 40px 24px; text-align: center; color: var(--quiet); }
.number { font-variant-numeric: tabular-nums; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

#bar { display: flex; align-items: center; gap: 6px 20px; padding: 0 20px; height: 56px; background: var(--card); border-bottom: 1px solid var(--rule); flex: none; }
.brand { display: flex; align-items: center; gap: 9px; font-weight: 680; font-size: 16px; letter-spacing: -.01em; color: inherit; text-decoration: none; }
.brand svg { width: 24px; height: 24px; }
#bar nav { display: flex; gap: 4px; align-self: stretch; }
#bar nav a { display: flex; align-items: center; gap: 7px; padding: 0 13px; color: var(--quiet); text-decoration: none; font-weight: 530; border-bottom: 2px solid transparent; margin-bottom: -1px; }
#bar nav a:hover { color: var(--ink); }
#bar nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
.count { min-width: 20px; padding: 0 6px; border-radius: 10px; background: var(--raised); font-size: 12px; line-height: 20px; text-align: center; font-variant-numeric: tabular-nums; }
.count.alarm { background: var(--critical); color: var(--card); font-weight: 650; }
.spacer { flex: 1; }
.state { display: flex; align-items: center; gap: 8px; color: var(--quiet); font-size: 13px; white-space: nowrap; }
.state i { width: 8px; height: 8px; border-radius: 50%; background: var(--good); }
.state.waiting i { background: var(--warning); border-radius: 2px; }
.state.paused i { background: none; border: 2px solid var(--quiet); border-width: 0 3px; border-radius: 0; }
.button { display: inline-flex; align-items: center; gap: 6px; height: 32px; padding: 0 12px; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; cursor: pointer; font-size: 13px; font-weight: 520; white-space: nowrap; text-decoration: none; color: var(--ink); }
.button:hover { border-color: var(--quiet); }
.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button.icon { width: 32px; padding: 0; justify-content: center; }
.button svg { width: 16px; height: 16px; }

#view { flex: 1; min-height: 0; outline: none; }
#notices:empty { display: none; }
#notices { flex: none; }
.notice { display: flex; align-items: center; gap: 12px; padding: 9px 20px; border-bottom: 1px solid var(--rule); background: var(--card); }
.notice.critical { background: color-mix(in srgb, var(--critical) 10%, var(--card)); }
.notice.warning { background: color-mix(in srgb, var(--warning) 10%, var(--card)); }
.notice b { font-weight: 620; }
.notice p { flex: 1; min-width: 0; }

.split { display: grid; grid-template-columns: minmax(300px, 360px) minmax(0, 1fr); height: 100%; }
.side { display: flex; flex-direction: column; min-height: 0; background: var(--card); border-right: 1px solid var(--rule); }
.tools { display: grid; gap: 8px; padding: 14px 16px 12px; border-bottom: 1px solid var(--rule); }
.tools .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
.field { height: 34px; width: 100%; padding: 0 10px; background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; }
.field::placeholder { color: var(--quiet); opacity: 1; }
.found { color: var(--quiet); font-size: 12px; }
.list { flex: 1; min-height: 0; overflow-y: auto; position: relative; overscroll-behavior: contain; }
.list:focus-visible { outline-offset: -2px; }
.list .height { position: relative; }
.row { position: absolute; left: 0; right: 0; height: 60px; display: grid; grid-template-columns: minmax(0, 1fr) 76px 46px; gap: 2px 12px; align-items: center; padding: 0 16px; cursor: pointer; border-bottom: 1px solid var(--grid); }
.row:hover { background: var(--raised); }
.list:focus-visible .row.active { box-shadow: inset 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent); }
.row[aria-selected=true] { background: color-mix(in srgb, var(--accent) 10%, var(--card)); box-shadow: inset 3px 0 0 var(--accent); }
.row .name { display: flex; gap: 7px; align-items: center; font-weight: 560; overflow: hidden; }
.row .name span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.row .sub { color: var(--quiet); font-size: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.row .sketch { grid-row: 1 / 3; grid-column: 2; width: 76px; height: 34px; }
.row .score { grid-row: 1 / 3; grid-column: 3; text-align: right; font-variant-numeric: tabular-nums; font-size: 13px; }
.sketch path { fill: none; stroke: var(--value); stroke-width: 1.4; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.meter { display: block; height: 4px; border-radius: 2px; background: var(--raised); margin-top: 3px; overflow: hidden; }
.meter i { display: block; height: 100%; background: var(--bits); border-radius: 2px; }
.meter.alarm i { background: var(--critical); }
.mark { flex: none; display: inline-flex; align-items: center; gap: 4px; font-size: 11px; line-height: 18px; padding: 0 6px; border-radius: 5px; font-weight: 620; background: var(--raised); color: var(--quiet); white-space: nowrap; }
.mark.critical { background: color-mix(in srgb, var(--critical) 14%, var(--card)); color: var(--critical); }
.mark.warning { background: color-mix(in srgb, var(--warning) 15%, var(--card)); color: var(--warning); }
.mark.good { background: color-mix(in srgb, var(--good) 13%, var(--card)); color: var(--good); }
.mark svg { width: 10px; height: 10px; fill: currentColor; }

.content { min-width: 0; overflow-y: auto; padding: 22px 26px 40px; }
.content > * { max-width: 1240px; }
.head { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 10px 16px; margin-bottom: 16px; }
.head .what { flex: 1 1 280px; min-width: 0; }
.head h1 { font-size: 23px; line-height: 1.25; letter-spacing: -.018em; font-weight: 660; overflow-wrap: anywhere; }
.head .over { color: var(--quiet); font-size: 13px; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 3px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: var(--radius); padding: 16px 18px; margin-bottom: 16px; }
.card h2 { font-size: 14px; font-weight: 620; margin-bottom: 10px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; background: var(--rule); border: 1px solid var(--rule); border-radius: var(--radius); overflow: hidden; margin-bottom: 16px; }
.facts div { background: var(--card); padding: 12px 16px; }
.facts dt { color: var(--quiet); font-size: 12px; }
.facts dd { font-size: 18px; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts dd small { display: block; font-size: 12px; font-weight: 400; color: var(--quiet); letter-spacing: 0; }

.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--quiet); font-size: 12px; margin-bottom: 6px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.key { width: 18px; height: 3px; background: var(--value); border-radius: 2px; }
.key.expected { height: 0; background: none; border-top: 2px dashed var(--expected); }
.key.band { height: 10px; background: var(--band); border: 1px solid var(--expected); }
.key.bits { width: 9px; height: 10px; background: var(--bits); }
.key.incident { height: 10px; background: color-mix(in srgb, var(--critical) 22%, transparent); border-left: 2px solid var(--critical); border-radius: 0; }
.legend .hint { margin-left: auto; }
.regimes { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; margin-bottom: 6px; } .regimes li { display: flex; align-items: center; gap: 6px; }
.regimes i { min-width: 18px; line-height: 16px; border-radius: 4px; color: var(--card); font-weight: 650; font-style: normal; text-align: center; }
.regimes .rows { color: var(--quiet); } .regimes [aria-current] { font-weight: 620; }
.plot { border-top: 1px solid var(--grid); padding-top: 8px; margin-top: 8px; }
.plot:first-of-type { border-top: 0; }
.plot figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; font-size: 13px; min-height: 21px; }
.plot figcaption b { font-weight: 620; }
.readout { color: var(--quiet); font-variant-numeric: tabular-nums; }
.chart { min-height: 120px; }
.chart .u-select { background: color-mix(in srgb, var(--accent) 16%, transparent); }
.uplot, .uplot * { font-family: inherit; }
.u-cursor-x, .u-cursor-y { border-color: var(--quiet) !important; }

.alert { display: block; width: 100%; text-align: left; background: none; border: 0; border-bottom: 1px solid var(--grid); padding: 12px 16px; cursor: pointer; color: inherit; text-decoration: none; }
.alert:hover { background: var(--raised); }
.alert[aria-current] { background: color-mix(in srgb, var(--accent) 10%, var(--card)); box-shadow: inset 3px 0 0 var(--accent); }
.alert .line { display: flex; gap: 8px; align-items: center; font-size: 12px; color: var(--quiet); }
.alert .line time { margin-left: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
.alert b { display: block; font-weight: 580; margin: 3px 0 1px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.alert p { color: var(--quiet); font-size: 13px; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.alert:focus-visible { outline-offset: -2px; }
.segments { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; padding: 2px; }
.segments label { text-align: center; border-radius: 6px; line-height: 28px; cursor: pointer; font-size: 13px; color: var(--quiet); position: relative; }
.segments input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.segments label:has(:checked) { background: var(--card); color: var(--ink); font-weight: 560; box-shadow: 0 0 0 1px var(--rule); }
.segments label:has(:focus-visible) { outline: 2px solid var(--accent); }

.words { font-size: 16px; line-height: 1.55; max-width: 76ch; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 16px; margin-bottom: 16px; }
.columns .card { margin: 0; }
.scale { width: 100%; height: 74px; overflow: visible; }
.scale .axis { stroke: var(--rule); stroke-width: 2; }
.scale .span { fill: var(--band); stroke: var(--expected); }
.scale .middle { stroke: var(--expected); stroke-width: 2; stroke-dasharray: 4 3; }
.scale .seen { fill: var(--critical); stroke: var(--card); stroke-width: 2; }
.scale .seen.warning { fill: var(--warning); }
.scale text { font-size: 12px; fill: var(--quiet); }
.scale text.strong { fill: var(--ink); font-weight: 620; }
.bars { display: grid; gap: 10px; }
.bars li { display: grid; grid-template-columns: minmax(90px, 34%) minmax(0, 1fr) max-content; gap: 4px 12px; align-items: center; }
.bars .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bars .bar { height: 10px; background: var(--raised); border-radius: 5px; overflow: hidden; }
.bars .bar i { display: block; height: 100%; background: var(--accent); border-radius: 5px; min-width: 2px; }
.bars .share { text-align: right; font-variant-numeric: tabular-nums; font-weight: 560; }
.bars .detail { grid-column: 1 / -1; color: var(--quiet); font-size: 12px; margin-top: -4px; }
.steps { display: grid; gap: 0; }
.steps li { display: grid; grid-template-columns: 14px minmax(0, 1fr); gap: 12px; padding-bottom: 14px; position: relative; }
.steps li::before { content: ""; width: 10px; height: 10px; margin: 6px 2px; border-radius: 50%; background: var(--warning); }
.steps li.critical::before { background: var(--critical); border-radius: 2px; transform: rotate(45deg); }
.steps li.resolved::before { background: var(--card); border: 2px solid var(--good); }
.steps li:not(:last-child)::after { content: ""; position: absolute; left: 6px; top: 22px; bottom: -4px; width: 2px; background: var(--rule); }
.steps b { font-weight: 580; } .steps p { color: var(--quiet); font-size: 13px; overflow-wrap: anywhere; }

.page { height: 100%; overflow-y: auto; padding: 24px 26px 40px; }
.page > * { max-width: 1240px; margin-left: auto; margin-right: auto; }
.page > h1 { font-size: 23px; letter-spacing: -.018em; font-weight: 660; margin-bottom: 14px; }
.streams { display: grid; grid-template-columns: repeat(auto-fill, minmax(380px, 1fr)); gap: 16px; margin-bottom: 24px; }
.streams .card { margin: 0; display: grid; gap: 12px; align-content: start; }
.streams .card.critical { border-color: var(--critical); box-shadow: inset 0 3px 0 var(--critical); }
.streams .card.warning { border-color: var(--warning); box-shadow: inset 0 3px 0 var(--warning); }
.streams header { display: flex; gap: 10px; align-items: center; }
.streams header h2 { font-size: 16px; margin: 0; flex: 1; overflow-wrap: anywhere; }
.small { display: grid; grid-template-columns: repeat(auto-fit, minmax(92px, 1fr)); gap: 8px 14px; }
.small .wide { grid-column: 1 / -1; }
.small dt { font-size: 12px; color: var(--quiet); } .small dd { font-weight: 580; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.progress .line { display: flex; justify-content: space-between; gap: 12px; font-size: 13px; margin-bottom: 4px; }
.progress .line span:first-child { white-space: nowrap; }
.progress .line span:last-child { color: var(--quiet); text-align: right; }
.likes { display: grid; gap: 10px; } .likes .detail { display: block; color: var(--quiet); font-size: 12px; }
.verdict textarea { width: 100%; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 6px 8px; }
.verdict .actions { display: flex; gap: 8px; margin: 8px 0; } .verdict .said { font-weight: 560; }
.trial { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px 12px; align-items: end; margin: 10px 0; }
.trial label { font-size: 12px; color: var(--quiet); } .trial .button { height: 34px; justify-content: center; }
.progress .bar { height: 8px; border-radius: 4px; background: var(--raised); overflow: hidden; }
.progress .bar i { display: block; height: 100%; border-radius: 4px; background: var(--accent); }
.progress.over .bar i { background: var(--warning); }
.rejects { border-top: 1px solid var(--grid); padding-top: 10px; }
.rejects summary { cursor: pointer; } .rejects li { margin-top: 8px; font-size: 13px; overflow-wrap: anywhere; }
code { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; background: var(--raised); border-radius: 5px; padding: 1px 5px; overflow-wrap: anywhere; }
pre { margin: 4px 0 0; white-space: pre-wrap; } pre code { display: block; padding: 6px 9px; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: 9px 12px 9px 0; border-top: 1px solid var(--grid); vertical-align: top; font-weight: 400; }
thead th { border: 0; color: var(--quiet); font-size: 12px; padding-top: 0; }
td.number, th.number { text-align: right; }
dialog { border: 1px solid var(--rule); border-radius: var(--radius); background: var(--card); color: var(--ink); padding: 22px 24px; width: min(420px, 92vw); }
dialog::backdrop { background: #0007; } dialog form { display: grid; gap: 12px; } dialog h2 { font-size: 17px; }
.back { display: none; }
.page .card:has(table) { overflow-x: auto; } .download { display: inline-flex; align-items: center; gap: 8px; }

@media (max-width: 860px) {
  #bar { padding: 0 12px; gap: 6px 8px; } #bar nav a { padding: 0 8px; } .brand span, .state span { display: none; }
  .split { display: block; height: 100%; overflow-y: auto; } .side { height: 100%; border-right: 0; } .content { display: none; padding: 16px 14px 32px; overflow: visible; }
  .split.open .side { display: none; } .split.open .content { display: block; }
  .back { display: inline-flex; } .page { padding: 18px 14px; } .streams { grid-template-columns: minmax(0, 1fr); } .legend .hint { display: none; }
  .columns { grid-template-columns: minmax(0, 1fr); } .facts { grid-template-columns: 1fr 1fr; } .head h1, .page > h1 { font-size: 20px; }
}
@media (max-width: 420px) { #bar nav a { padding: 0 6px; font-size: 13px; } .brand { font-size: 0; gap: 0; } #bar .state { display: none; } }
@media (prefers-reduced-motion: no-preference) { .meter i, .progress .bar i { transition: width .4s; } }
`;
