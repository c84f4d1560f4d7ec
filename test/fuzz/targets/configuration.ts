import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkText } from '../../config/text.ts';
import type { FuzzKind } from '../campaign.ts';
import { anyOf, spoiledText } from '../spoil.ts';

const root = join(import.meta.dirname, '../../..');
const PIECES = [
  ...['&a ', '*a', '[', ']', '{', '}', '<<: *a', '- ', '"', "'", '|', '>', '!!binary ', '# ', '? ', '%YAML 9', '---'],
  ...['${A}', '${file:x}', '${', '__proto__: ', 'constructor: ', '\t', '\u0000', '\ud800', '1e999', '-0', '.nan', '~'],
  ...['99999999999h', '-1s', '0', 'null', 'true', '/a/~2', 'epoch_s', '1970-01-01', '🌡', '"\\ud800"', 'a: 1\na: 2'],
];

/** Configurations of the repository, spoiled: each is checked, or refused with the place of each fault. */
export const configuration: FuzzKind = {
  kind: 'configuration',
  open: async () => {
    const texts = ['config', 'fixtures/config'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    );
    return {
      attempt: (random) => {
        const text = spoiledText(random, anyOf(random, texts), PIECES);
        const { config, faults } = checkText(text, { env: { A: '*a' }, files: { x: 'y' } });
        if (config === undefined && faults.length === 0) throw new Error(`neither read nor refused:\n${text}`);
        const placeless = faults.find(({ message }) => message === '');
        if (placeless !== undefined) throw new Error(`a fault that says nothing:\n${text}`);
      },
    };
  },
};
