import { AlertsView } from './alerts-view.ts';
import { type ApiError, api, type Beat, keepAsking, listen } from './api.ts';
import { Bar } from './bar.ts';
import { fill } from './dom.ts';
import { HealthView } from './health-view.ts';
import { LiveView } from './live-view.ts';
import { Notices } from './notices.ts';
import { hrefOf, parseRoute, type Route } from './route.ts';
import { VerdictsView } from './verdicts-view.ts';
import type { Page, View } from './view.ts';

const TITLES = { live: 'Live', alerts: 'Alerts', verdicts: 'Verdicts', health: 'Health' } as const;

/** The page: one view at a time, one connection that brings what is new. */
class Main implements Page {
  readonly #bar = new Bar(document.querySelector('#bar') ?? document.body, {
    go: (route) => this.go(route),
    paused: (isPaused) => this.#pause(isPaused),
    themed: () => this.#view?.redraw(),
  });
  readonly #notices = new Notices(document.querySelector('#notices') ?? document.body, () =>
    this.go({ view: 'health' }),
  );
  readonly #root = document.querySelector('#view') ?? document.body;
  #streams: readonly string[] = [];
  #shown: Route['view'] | undefined;
  #view: View | undefined;
  #listening = new AbortController();
  #paused = false;

  async start(): Promise<void> {
    addEventListener('popstate', () => this.#show(parseRoute(location.search)));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#view?.redraw());
    await this.#connect();
    this.#show(parseRoute(location.search));
    this.#restart();
  }

  readonly go = (route: Route, replace = false): void => {
    const href = hrefOf(route);
    if (replace) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    this.#show(route);
  };

  readonly failed = (error: ApiError): void => {
    if (error.status === 401) this.#notices.askToken(() => location.reload());
    else if (error.status !== 0) this.#notices.failed(error.message);
  };

  readonly isPaused = (): boolean => this.#paused;

  /** Names of the streams, as soon as the server answers. */
  async #connect(): Promise<void> {
    const health = await keepAsking(api.health, (error) => this.#lost(error), new AbortController().signal);
    this.#streams = (health?.streams ?? []).map(({ name }) => name);
  }

  #show(route: Route): void {
    if (this.#shown !== route.view) {
      this.#view?.close();
      this.#view = this.#make(route.view);
      this.#shown = route.view;
      fill(this.#root, this.#view.element);
      document.title = `${TITLES[route.view]} · Surprisal`;
      this.#restart();
    }
    this.#bar.show(route.view);
    this.#view?.show(route);
  }

  #make(view: Route['view']): View {
    const restart = () => this.#restart();
    if (view === 'health') return new HealthView(this);
    if (view === 'verdicts') return new VerdictsView(this);
    return view === 'alerts'
      ? new AlertsView(this, this.#streams, restart)
      : new LiveView(this, this.#streams, restart);
  }

  /** Listens anew: to another series, or after a pause. */
  #restart(): void {
    this.#listening.abort();
    this.#listening = new AbortController();
    if (this.#paused) return;
    const { signal } = this.#listening;
    const on = { beat: (beat: Beat) => this.#beat(beat), lost: (error: ApiError) => this.#lost(error) };
    void listen(() => this.#view?.watched(), on, signal);
  }

  #beat(beat: Beat): void {
    this.#bar.beat(beat.pulse);
    this.#notices.beat(beat.pulse);
    this.#view?.beat(beat);
  }

  #lost(error: ApiError): void {
    this.#bar.lost();
    this.failed(error);
  }

  #pause(isPaused: boolean): void {
    this.#paused = isPaused;
    this.#restart();
  }
}

void new Main().start();
