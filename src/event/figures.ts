/** A narrow no-break space: it separates thousands wherever people read them, and no line breaks there. */
const SEPARATOR = '\u202f';
/** Beyond it, nobody reads all digits. */
const MOST = 1e15;

// Made once: each costs tens of µs.
const formats = {
  0: new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }),
  2: new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }),
} as const;

/** 12345.678 → `12 346`, or with two digits `12 345.68`: thousands separated by narrow no-break spaces. */
export function grouped(value: number, digits: keyof typeof formats = 0): string {
  return Math.abs(value) > MOST ? String(value) : formats[digits].format(value).replaceAll(',', SEPARATOR);
}
