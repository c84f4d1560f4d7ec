import type { AlertRecord } from '../../live/schema.ts';
import { h } from './dom.ts';
import { severityMark, stateMark } from './marks.ts';
import { hrefOf, type Route } from './route.ts';
import type { Page } from './view.ts';
import { reasonTitle, time } from './words.ts';

/** An alert in a list: a link, so that it can be opened in another tab. */
export function alertLink(alert: AlertRecord, isOpen: boolean, { go }: Pick<Page, 'go'>): HTMLElement {
  const { id, severity, state, startMs, series, stream, summary, reason } = alert;
  const route: Route = { view: 'alerts', alert: id };
  const line = h(
    'span',
    { class: 'line' },
    severityMark(severity),
    stateMark(state),
    h('time', { datetime: new Date(startMs).toISOString() }, time(startMs)),
  );
  const props = {
    class: 'alert',
    href: hrefOf(route),
    'aria-current': isOpen ? 'true' : undefined,
    onclick: (event: Event) => follow(event, () => go(route)),
  };
  return h('a', props, line, h('b', {}, `${series} · ${reasonTitle(reason)}`), h('p', {}, `${stream}: ${summary}`));
}

/** A plain click is handled here; one with a key, or with another button, is the browser's. */
export function follow(event: Event, action: () => void): void {
  const { ctrlKey, metaKey, shiftKey, button } = event as MouseEvent;
  if (ctrlKey || metaKey || shiftKey || button !== 0) return;
  event.preventDefault();
  action();
}
