import type { Live } from '../../src/live/live.ts';
import type { VerdictsApi } from '../../src/server/verdicts.ts';
import { similarPageOf, verdictViewOf } from '../../src/service/verdicts.ts';

/** Verdicts and similar incidents of the alerts that a page knows; a verdict that is given is kept nowhere. */
export function verdictsOn(live: Live): VerdictsApi {
  const view = async (id: string) => {
    const alert = live.alert(id);
    return alert && verdictViewOf(alert, live.alerts, undefined);
  };
  return {
    similar: async (id) => {
      const alert = live.alert(id);
      return alert && similarPageOf(alert, live.alerts, []);
    },
    verdict: view,
    give: view,
    verdicts: async () => [],
  };
}
