import { codes } from '../../errors/codes.ts';
import type { RejectOutput } from '../../event/output.ts';

/** What to do about the records that windows refuse. */
const OF_WINDOWS: Readonly<Record<string, string>> = {
  late: 'Send in order, or raise `window.out_of_orderness` or `window.lateness`.',
  duplicate: 'The sender repeats itself; where equal records are different events, set `window.repeats: keep`.',
  'time-leap': 'Correct the clock of the sender, or raise `window.max_leap`.',
};

/** Most fields that are named. */
const MOST_FIELDS = 20;

const help = new Map<string, string>([
  ...Object.entries(codes).map(([code, { help }]): [string, string] => [code, help]),
  ...Object.entries(OF_WINDOWS),
]);

/** Every reason for which a record may be rejected. */
export const REJECT_REASONS: readonly string[] = [
  ...Object.keys(codes).filter((code) => code.startsWith('decode/')),
  ...Object.keys(OF_WINDOWS),
];

/** What to change so that records like this are used; where a field is missing, with those that its record has. */
export function rejectHint({ reason, record }: Pick<RejectOutput, 'reason' | 'record'>): string {
  const hint = help.get(reason) ?? '';
  const fields = reason === 'decode/missing-field' || reason === 'decode/bad-key' ? fieldsOf(record) : [];
  return fields.length === 0 ? hint : `${hint} The record has ${fields.join(', ')}.`;
}

/** JSON pointers to what is at the top of a JSON object; none for anything else. */
function fieldsOf(base64: string): readonly string[] {
  try {
    const document: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    if (typeof document !== 'object' || document === null || Array.isArray(document)) return [];
    const names = Object.keys(document).map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    return names.length > MOST_FIELDS ? [...names.slice(0, MOST_FIELDS), '…'] : names;
  } catch {
    return [];
  }
}
