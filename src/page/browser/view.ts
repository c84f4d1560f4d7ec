import type { ApiError, Beat } from './api.ts';
import type { Route } from './route.ts';

/** What a view may do with the page around it. */
export interface Page {
  /** Goes to a view; `replace`: without an entry in the browser's history. */
  readonly go: (route: Route, replace?: boolean) => void;
  /** Something could not be fetched. */
  readonly failed: (error: ApiError) => void;
  readonly isPaused: () => boolean;
}

/** One of the page's views. */
export interface View {
  readonly element: HTMLElement;
  /** The address has changed, within this view. */
  show(route: Route): void;
  /** About once a second, unless paused. */
  beat(beat: Beat): void;
  /** The series whose new rows it wants. */
  watched(): { readonly stream: string; readonly series: string; readonly after?: number } | undefined;
  /** The colours have changed. */
  redraw(): void;
  close(): void;
}
