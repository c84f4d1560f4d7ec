import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** One alerting rule of a rule file. */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Every rule of a file, whatever its group. */
export function readRules(path: string): readonly Rule[] {
  const { groups } = parse(readFileSync(path, 'utf8')) as { readonly groups: readonly { readonly rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}
