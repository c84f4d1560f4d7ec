/** The reading of a sensor with that many decimals. Never −0, which JSON would write as 0 but tests would not. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale + 0;
}

/** `home-001`: names that sort as they count, up to a thousand. */
export function seriesName(kind: string, index: number): string {
  return `${kind}-${String(index + 1).padStart(3, '0')}`;
}
