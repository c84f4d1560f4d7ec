const known = new Map<string, string>();

/** A colour of the style sheet as a canvas takes it, in the theme of now. */
export function colour(name: string): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  known.set(name, color);
  return color;
}

/** To be called when the theme has changed. */
export function forgetColours(): void {
  known.clear();
}
