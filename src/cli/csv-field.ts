/**
 * What a spreadsheet takes for the beginning of a formula; the name of a series comes from a record, whoever sent it.
 */
const FORMULA = /^[=+\-@\t\r]/;
/** A number may begin with a sign, and is no formula. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A text as a CSV field: in quotes where it needs them, and with `'` before what a spreadsheet would execute. */
export function quoted(text: string): string {
  const inert = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
