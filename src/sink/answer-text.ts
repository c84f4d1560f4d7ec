const LONGEST = 300;
const HIDDEN = '***';
/** A shorter text would make what is said unreadable, and hides little. */
const LEAST_HIDDEN = 8;

/** Why the other side did not take what was sent, as it says itself: `error` or `message` of a JSON body, else the body. */
export function reasonIn(body: string): string {
  try {
    const said: unknown = JSON.parse(body);
    if (typeof said === 'string') return said;
    if (typeof said !== 'object' || said === null) return body;
    for (const value of [Reflect.get(said, 'error'), Reflect.get(said, 'message'), Reflect.get(said, 'detail')]) {
      if (typeof value === 'string') return value;
    }
    return body;
  } catch {
    return body;
  }
}

/** What the other side says, without the texts to hide, in whatever form they come back; on one line, cut to 300 characters. */
export function shown(text: string, hidden: readonly string[]): string {
  const forms = hidden
    .filter(({ length }) => length >= LEAST_HIDDEN)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  const clean = forms.reduce((said, form) => said.replaceAll(form, HIDDEN), text);
  const line = clean.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
