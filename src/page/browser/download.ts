import { ApiError, api } from './api.ts';
import { fill, h } from './dom.ts';

/** A button that downloads all that reproduces an alert, for `surprisal replay`; or says why there is nothing. */
export function bundleButton(id: string): HTMLElement {
  const says = h('span', { class: 'calm', role: 'status' });
  const button = h(
    'button',
    { class: 'button', type: 'button', onclick: () => void download(id, says) },
    'Download bundle',
  );
  return h('span', { class: 'download' }, button, says);
}

/** A plain link could not send the token. */
async function download(id: string, says: HTMLElement): Promise<void> {
  fill(says, 'Fetching…');
  try {
    const href = URL.createObjectURL(await api.bundle(id));
    h('a', { href, download: `${id}.bundle` }).click();
    URL.revokeObjectURL(href);
    fill(says);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fill(says, error.message);
  }
}
