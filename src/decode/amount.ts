/** How numbers that are text are written. */
export interface NumberStyle {
  /** Between units and tenths. */
  readonly decimal: '.' | ',';
  /** Between groups of digits, where that is declared. */
  readonly thousands: string | undefined;
}

/** Longer text is no amount. */
const LONGEST = 100;
const SPACES = /[\u00a0\u2009\u202f]/g;
const CURRENCY = String.raw`[A-Z]{0,2}\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Ft`;
const AMOUNT = new RegExp(
  `^(?<open>\\()?\\s*(?<sign>[+-])?\\s*(?<before>${CURRENCY})?\\s*(?<inner>[+-])?\\s*(?<digits>[\\d.,'’ ]*\\d[.,]?)(?<behind>-)?\\s*(?<after>${CURRENCY}|%|‰)?\\s*(?<side>[CD][Rr])?\\s*(?<close>\\))?$`,
  'u',
);
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** What may be between groups of digits, where nothing is declared. */
const GROUPERS = [',', '.', ' ', "'", '’'];

/**
 * An amount as people and spreadsheets write it: `1.520,0`, `3,064.46`, `1 520,5`, `$20.14`, `20,14 €`, `EUR 12`,
 * `12.5%` (12.5), `(20.14)`, `20.14-` and `20.14 Dr` (all negative), `20.14 Cr`. One group behind a point or a comma,
 * such as `1.520`, may be a fraction as well: it is a thousand only where that is declared. undefined where the text is
 * no such thing. O(length)
 */
export function parseAmount(text: string, style: NumberStyle): number | undefined {
  if (text.length > LONGEST) return undefined;
  const groups = AMOUNT.exec(text.replace(SPACES, ' ').replaceAll('−', '-').trim())?.groups;
  if (groups === undefined) return undefined;
  const { open, close, before, after, sign, inner, behind, digits, side } = groups;
  const debit = side?.toUpperCase() === 'DR' ? '-' : undefined;
  const signs = [sign, inner, behind, open, debit].filter((mark) => mark !== undefined && mark !== '');
  if ((open === undefined) !== (close === undefined) || signs.length > 1) return undefined;
  if (before !== undefined && after !== undefined && after !== '%') return undefined;
  if (![before, after].every((unit) => unit === undefined || !/^[A-Z]{3}$/.test(unit) || CODES.has(unit)))
    return undefined;
  const size = parseGrouped(digits.trim(), style);
  return size === undefined || signs.length === 0 || signs[0] === '+' ? size : -size;
}

function parseGrouped(text: string, { decimal, thousands }: NumberStyle): number | undefined {
  const parts = text.split(decimal);
  const [whole, fraction] = parts;
  if (parts.length > 2 || (fraction !== undefined && !/^\d*$/.test(fraction))) return undefined;
  const plain = ungrouped(whole, thousands, fraction !== undefined);
  return plain === undefined
    ? undefined
    : Number(`${plain}.${fraction === undefined || fraction === '' ? '0' : fraction}`);
}

/** The digits without what groups them; undefined where they are not in groups, or may as well be a fraction. */
function ungrouped(whole: string, thousands: string | undefined, hasFraction: boolean): string | undefined {
  if (/^\d*$/.test(whole)) return whole === '' ? '0' : whole;
  const grouper = thousands ?? GROUPERS.find((mark) => whole.includes(mark)) ?? '';
  const groups = whole.split(grouper);
  if (groups.length < 2 || !/^[1-9]\d{0,2}$/.test(groups[0]) || groups.at(-1)?.length !== 3) return undefined;
  if (!groups.slice(1).every((group) => /^\d{2,3}$/.test(group))) return undefined;
  const ambiguous = (grouper === '.' || grouper === ',') && groups.length === 2 && !hasFraction;
  return ambiguous && thousands === undefined ? undefined : groups.join('');
}
