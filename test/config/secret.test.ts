import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { check } from '../../src/config/check.ts';
import { secretText } from '../../src/config/secret.ts';
import { checkText, HOME, linesOf } from './text.ts';

const SECRET = 'correct-horse-battery';

function printed(text: string, env: Readonly<Record<string, string>> = {}): string {
  const verdict = checkText(text, { env, files: { '/run/secret': SECRET } });
  expect(verdict.faults).toEqual([]);
  return verdict.config === undefined ? '' : verdict.print();
}

describe('a secret', () => {
  test('is printed as ***, however it came in', () => {
    const env = { T: SECRET };
    for (const value of [SECRET, '"${T}"', '${file:/run/secret}']) {
      const text = printed(`${HOME}server:\n  token: ${value}\n`, env);
      expect(text).not.toContain(SECRET);
      expect(parse(text).server.token).toBe('***');
    }
    expect(printed(HOME, { SURPRISAL__SERVER__TOKEN: SECRET })).not.toContain(SECRET);
  });

  test('of the brokers and of the schema registry is hidden, and nothing beside it', () => {
    const sasl = `{ mechanism: plain, username: alice, password: ${SECRET} }`;
    const registry = `{ url: 'https://registry', username: bob, password: ${SECRET} }`;
    const text = printed(`${HOME}kafka: { brokers: 'a:9092,b:9092', sasl: ${sasl} }\nschema_registry: ${registry}\n`);
    expect(text).not.toContain(SECRET);
    expect(parse(text)).toMatchObject({
      kafka: { brokers: ['a:9092', 'b:9092'], sasl: { username: 'alice', password: '***' } },
      schema_registry: { url: 'https://registry', username: 'bob', password: '***' },
    });
  });

  test('of a sink is printed as ***, whichever branch of its kind it is in', () => {
    const sinks = `sinks:
  old: { kind: influxdb, api: v1, url: "http://h", database: d, username: u, password: ${SECRET} }
  new: { kind: influxdb, api: v2, url: "http://h", bucket: b, token: "\${T}" }
`;
    const text = printed(HOME + sinks, { T: SECRET });
    expect(text).not.toContain(SECRET);
    expect(parse(text).sinks).toMatchObject({ old: { password: '***', username: 'u' }, new: { token: '***' } });
  });

  test('that no key is marked for is hidden too where it came from a file, or its variable says what it is', () => {
    expect(printed(`${HOME}group: \${file:/run/secret}\n`)).not.toContain(SECRET);
    expect(printed(`${HOME}group: \${DB_PASSWORD}\n`, { DB_PASSWORD: SECRET })).not.toContain(SECRET);
    expect(printed(`${HOME}group: \${REGION}\n`, { REGION: 'north' })).toContain('north');
  });

  test('in a list or a mapping where text was wanted is not shown either', () => {
    for (const value of [
      `[${SECRET}]`,
      `{ a: ${SECRET} }`,
      `*${SECRET}`,
      `!${SECRET}`,
      `"\\q${SECRET}`,
      `${SECRET}: x`,
    ]) {
      const lines = linesOf(`${HOME}server: { token: ${value} }\n`).join('\n');
      expect(lines, value).not.toBe('');
      expect(lines).not.toContain(SECRET);
    }
  });

  test('from outside shows in no fault, whichever key it was given to', () => {
    const keys = [
      'server.port',
      'log.level',
      'group',
      'state.commit_interval',
      'streams.home.source.kind',
      'sinks.a.kind',
    ];
    const more = [
      'streams.home.decode.time.zone',
      'streams.home.features.zone',
      'streams.home.alert.budget',
      'streams',
    ];
    const places = [
      ...keys,
      ...more,
      'streams.home.channels.inside.at',
      'streams.home.source.world',
      'streams.home.window',
    ];
    const forms = [
      '"${T}"',
      '[ "${T}" ]',
      '{ a: "${T}" }',
      '"x${T}y"',
      '${file:/run/secret}',
      '{ "a": [ { b: "${T}" } ] }',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom(...forms), (place, form) => {
        const text = place.split('.').reduceRight((inner, key) => `{ ${key}: ${inner} }`, form);
        const lines = linesOf(text, { env: { T: SECRET }, files: { '/run/secret': SECRET } });
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.join('\n')).not.toContain(SECRET);
      }),
    );
  });

  test('in a URL is not shown, even where the URL is wrong', () => {
    for (const url of [`http://user:${SECRET}@host`, `http://user:/${SECRET}@host`, `ftp://${SECRET}@host/a@b`]) {
      const lines = linesOf(`${HOME}log: { level: "${url}" }\nserver: { port: "${url}" }\n`).join('\n');
      expect(lines).toContain('***@');
      expect(lines).not.toContain(SECRET);
    }
  });

  test('is taken out of sentences that other rooms wrote', () => {
    const quoting = z.strictObject({
      name: z.string().refine(() => false, { error: ({ input }) => `not "${input}"` }),
    });
    const values = { env: { T: SECRET }, readFile: () => ({ fault: '' }) };
    const { faults } = check(quoting, { name: 'c', text: 'name: "${T}"' }, values);
    expect(faults.map(({ message }) => message)).toEqual(['name: not "***"; found the value of ${T}']);
    const marked = z.strictObject({ name: secretText().refine(() => false, { error: ({ input }) => `not ${input}` }) });
    expect(check(marked, { name: 'c', text: `name: ${SECRET}` }, values).faults[0].message).not.toContain(SECRET);
  });
});
