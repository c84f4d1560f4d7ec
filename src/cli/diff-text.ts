import type { Difference, Moved } from '../compare/differences.ts';
import type { ComparedIncident } from '../compare/incidents.ts';
import { printable } from '../sink/console/lines.ts';

/** A difference for people: what changed, and the alert in words on a second line. Ends with a line end. */
export function differenceLines(difference: Difference): string {
  const { change } = difference;
  const incident = difference.new ?? difference.old;
  const { raisedMs, severity, series, summary } = incident;
  const head = `${change.toUpperCase().padEnd(6)}  ${time(raisedMs)}  ${severity.padEnd(8)}  ${printable(series)}`;
  const how = 'moved' in difference ? difference.moved.map((moved) => movedText(moved, difference)).join(', ') : '';
  return `${head}${how === '' ? '' : `: ${how}`}\n    ${printable(summary)}\n`;
}

/** `12 alerts before, 9 after: 1 gained, 4 lost, 2 moved, 6 the same` */
export function summaryLine(found: readonly Difference[]): string {
  const count = (change: Difference['change']) => found.filter((each) => each.change === change).length;
  const before = found.filter(({ old }) => old !== null).length;
  const after = found.filter((difference) => difference.new !== null).length;
  const changes = `${count('gained')} gained, ${count('lost')} lost, ${count('moved')} moved, ${count('same')} the same`;
  return `${before} alert${before === 1 ? '' : 's'} before, ${after} after: ${changes}`;
}

function movedText(moved: Moved, pair: { readonly old: ComparedIncident; readonly new: ComparedIncident }): string {
  switch (moved) {
    case 'raised':
      return `raised ${time(pair.old.raisedMs)} → ${time(pair.new.raisedMs)}`;
    case 'ended':
      return `ended ${endText(pair.old)} → ${endText(pair.new)}`;
    case 'severity':
      return `${pair.old.severity} → ${pair.new.severity}`;
  }
}

function endText({ endMs }: ComparedIncident): string {
  return endMs === null ? 'still firing' : time(endMs);
}

function time(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('.000Z', 'Z');
}
