import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { configOf, HOME, linesOf } from './text.ts';

describe('${…} in a value', () => {
  const token = (value: string) => `${HOME}server:\n  token: ${value}\n`;

  test('is a variable, a default where it is unset or empty, or a file', () => {
    expect(configOf(token('"${T}"'), { env: { T: 'abc' } }).server.token).toBe('abc');
    expect(configOf(token('"${T:-none}"')).server.token).toBe('none');
    expect(configOf(token('"${T:-none}"'), { env: { T: '' } }).server.token).toBe('none');
    expect(configOf(token('${file:/run/t}'), { files: { '/run/t': 'from-file' } }).server.token).toBe('from-file');
    expect(configOf(token('a-${T}-${U}'), { env: { T: '1', U: '2' } }).server.token).toBe('a-1-2');
  });

  test('becomes what the key wants: text stays text, a number is a number', () => {
    const config = configOf(`${HOME}server: { token: "\${N}", port: "\${N}", enabled: "\${B}" }`, {
      env: { N: '9000', B: 'false' },
    });
    expect(config.server).toMatchObject({ enabled: false, host: '127.0.0.1', port: 9000, token: '9000' });
  });

  test('a variable’s text is no YAML and no template: it cannot add keys or name other variables', () => {
    expect(configOf(token('"${T}"'), { env: { T: 'a:{b:1},c' } }).server.token).toBe('a:{b:1},c');
    expect(configOf(token('"${T}"'), { env: { T: '${U}', U: 'no' } }).server.token).toBe('${U}');
  });

  test('a token with a space, a line end or a letter that no header can have is refused, and not shown', () => {
    for (const T of ['two words', 'of two\nlines', 'hidden\u200b', 'ümlaut']) {
      const [line, ...others] = linesOf(token('"${T}"'), { env: { T } });
      expect([line, others]).toEqual([expect.stringContaining('server.token: letters, digits and other'), []]);
      expect(line).not.toContain(T);
    }
  });

  test('an empty token is none', () => {
    expect(configOf(token('"${T:-}"')).server.token).toBeUndefined();
  });

  test('$${ stands for ${ itself; comments and keys are left alone', () => {
    expect(configOf(token('"$${T}" # ${UNSET}')).server.token).toBe('${T}');
  });

  test('that lacks, is not closed, or is no name, is a fault where it is written', () => {
    expect(linesOf(token('"${T}"'))).toEqual([
      'c.yaml:8:10: the variable T is not set; set it, or write ${T:-default}',
    ]);
    expect(linesOf(token('"${T"'))[0]).toContain('c.yaml:8:10: "${" is not closed');
    expect(linesOf(token('"${my token}"'))[0]).toContain('neither a variable nor a file');
    expect(linesOf(token('${file:/none}'))[0]).toContain('${file:/none} cannot be read: there is no such file');
  });

  test('without quotes inside braces the message says what to do, once', () => {
    expect(linesOf(`${HOME}server: { token: ${'${T}'} }\n`, { env: { T: 'x' } })).toEqual([
      'c.yaml:7:19: inside { } or [ ], put quotes around "${…}"',
    ]);
  });

  test('a file’s path starts at the configuration’s folder, and its last line end is no part of the secret', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    try {
      writeFileSync(join(folder, 'token'), 's3cret\n');
      writeFileSync(join(folder, 'c.yaml'), token('${file:token}'));
      expect(loadConfig(join(folder, 'c.yaml'), {}).server.token).toBe('s3cret');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('SURPRISAL__SECTION__KEY', () => {
  test('sets any key, in sections that the file lacks too, whatever the case', () => {
    const env = {
      SURPRISAL__SERVER__PORT: '9000',
      surprisal__log__level: 'debug',
      SURPRISAL__STREAMS__HOME__ALERT__KEEP_FIRING: '2h',
      SURPRISAL__STREAMS__HOME__CHANNELS__INSIDE__VALID: '[-40, 80]',
      SURPRISAL__GROUP: '42',
    };
    const { server, log, streams, group } = configOf(HOME, { env });
    expect([server.port, log.level, group]).toEqual([9000, 'debug', '42']);
    expect(streams.home.alert.keep_firing).toBe(7_200_000);
    expect(streams.home.channels.inside.valid).toEqual([-40, 80]);
  });

  test('wins over the file, and reaches names with a dash', () => {
    const text = HOME.replace('  home:', '  my-home:');
    const env = { SURPRISAL__STREAMS__MY_HOME__SOURCE__HOMES: '3' };
    expect(configOf(text, { env }).streams['my-home'].source).toMatchObject({ homes: 3 });
  });

  test('changes one of two streams that share an anchor, and not the other', () => {
    const text = `${HOME.replace('  home:', '  home: &it')}  other: *it\n`;
    const { streams } = configOf(text, { env: { SURPRISAL__STREAMS__OTHER__NETWORK__HIDDEN: '8' } });
    expect([streams.home.network.hidden, streams.other.network.hidden]).toEqual([32, 8]);
  });

  test('that names no key is refused under its own name, with the nearest', () => {
    const lines = linesOf(HOME, {
      env: {
        SURPRISAL__SERVER__PROT: '1',
        SURPRISAL__STREAMS__HOM__NETWORK__SEED: '1',
        SURPRISAL__SERVER: 'x',
        SURPRISAL__LOG__LEVEL: 'loud',
      },
    });
    expect(lines).toEqual([
      'SURPRISAL__LOG__LEVEL: log.level: must be one of: trace, debug, info, warn, error, fatal, silent; found the value of SURPRISAL__LOG__LEVEL',
      'SURPRISAL__SERVER: server is a mapping; name one of its keys',
      'SURPRISAL__SERVER__PROT: unknown key "prot" in server; did you mean "port"?',
      'SURPRISAL__STREAMS__HOM__NETWORK__SEED: unknown key "hom" in streams; did you mean "home"?',
    ]);
  });

  test('other variables are nobody’s business', () => {
    expect(linesOf(HOME, { env: { SURPRISAL_TOKEN: 'x', PATH: '/bin' } })).toEqual([]);
  });
});
