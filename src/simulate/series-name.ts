/** `home-001`: names that sort as they count, up to a thousand. */
export function seriesName(kind: string, index: number): string {
  return `${kind}-${String(index + 1).padStart(3, '0')}`;
}
