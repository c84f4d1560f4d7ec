import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectorOptions } from '../../src/config/stream.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { Detector } from '../../src/detector/detector.ts';
import type { Output } from '../../src/event/output.ts';
import { ruleKinds } from '../../src/rule/kinds.ts';
import { configOf } from './text.ts';

const STREAM = `streams:
  docs:
    source: { kind: file, path: "-", framing: lines }
    decode: { format: csv, series: account-7, columns: [time, kind, counterparty, device, amount] }
    attributes: { kind: kind, counterparty: counterparty, device: device }
    channels: { amount: { unit: USD } }
    network: { hidden: 4, engine: reference }
`;
const EXAMPLE = /^## (\w+)\n.*?^```yaml\n(.*?)^```\n\n```csv\n(.*?)^```\n\n> (.*?)$/gms;
const examples = [...readFileSync('docs/rules.md', 'utf8').matchAll(EXAMPLE)].map(
  ([, kind, yaml = '', csv = '', says]) => ({ kind, yaml, rows: csv.trimEnd().split('\n'), says }),
);

test('every kind of rule has an example in the docs', () => {
  expect(examples.map(({ kind }) => kind)).toEqual(ruleKinds.map(({ kind }) => kind));
});

test.each(examples)(
  'docs/rules.md: the example of $kind alarms at its last event, and says so',
  ({ yaml, rows, says }) => {
    const { streams } = configOf(STREAM + yaml.replaceAll(/^/gm, '    '));
    const { decode, attributes } = streams.docs;
    const options = detectorOptions('docs', streams.docs);
    const read = decoder({ ...decode, attributes }, options.channels);
    const detector = new Detector(options);
    const alertsAfter = (row: string): readonly Output[] => {
      const value = new TextEncoder().encode(row);
      detector.observe(read.decode({ value, offset: 0, next: 1, line: 1 }));
      return detector.drain().filter(({ kind }) => kind === 'alert');
    };
    const alerts = rows.map(alertsAfter);
    expect(alerts.slice(0, -1).flat()).toEqual([]);
    expect(alerts.at(-1)).toMatchObject([{ state: 'firing', reason: options.rules?.[0].name }]);
    expect(JSON.stringify(alerts.at(-1)).replaceAll('\u202f', ' ')).toContain(says);
  },
);
