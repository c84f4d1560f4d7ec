import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import { file } from '../../src/source/file.ts';
import { isEncoding, utf8 } from '../../src/source/utf8.ts';

const folder = mkdtempSync(join(tmpdir(), 'surprisal-dialects-'));
let files = 0;

/** What is read of a file with this content: its columns, and its records as text. */
async function read(content: string | Uint8Array, options: object = {}, from = 0) {
  const path = join(folder, String(files++));
  writeFileSync(path, content);
  const source = await file.open(file.config.parse({ kind: 'file', path, framing: 'csv', ...options }));
  const columns = await source.columns?.();
  const records: SourceRecord[] = [];
  for await (const batch of source.read(from, new AbortController().signal)) records.push(...batch);
  return { columns, records, rows: records.map(({ value }) => Buffer.from(value).toString()) };
}

const TABLE = 't,Größe\n1,2\n3,4\n';
const expected = { columns: ['t', 'Größe'], rows: ['1,2', '3,4'] };

function utf16(text: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

describe('a file of rows is the same', () => {
  test.each([
    ['in UTF-8', Buffer.from(TABLE), {}],
    ['in UTF-8 with a byte order mark', Buffer.from(`\ufeff${TABLE}`), {}],
    ['in UTF-16 with a byte order mark', utf16(`\ufeff${TABLE}`, false), {}],
    ['in big-endian UTF-16 with a byte order mark', utf16(`\ufeff${TABLE}`, true), {}],
    ['in UTF-16 without one', utf16(TABLE, false), {}],
    ['in big-endian UTF-16 without one', utf16(TABLE, true), {}],
    ['in Windows-1252, where that is said', Buffer.from(TABLE, 'latin1'), { encoding: 'windows-1252' }],
    ['with CRLF', Buffer.from(TABLE.replaceAll('\n', '\r\n')), {}],
    ['with CR', Buffer.from(TABLE.replaceAll('\n', '\r')), {}],
    ['with CR and in UTF-16', utf16(TABLE.replaceAll('\n', '\r'), false), {}],
    ['after a line `sep=`', Buffer.from(`sep=,\r\n${TABLE}`), {}],
    ['after a preamble', Buffer.from(`Logger 2\n"no, quotes matter"\n${TABLE}`), { skip_lines: 2 }],
    ['among comments', Buffer.from(`# a\n${TABLE}# b\n`), { comment: '#' }],
    ['among blank rows', Buffer.from(`\n,,\n${TABLE}\n  \n,\n`), {}],
    ['where the header comes again', Buffer.from(`${TABLE.slice(0, -4)}t,Größe\n3,4\n`), {}],
    ['with trailing delimiters in the header', Buffer.from(TABLE.replace('Größe', 'Größe,,')), {}],
    ['in gzip of several members', Buffer.concat([gzipSync('t,Grö'), gzipSync('ße\n1,2\n3'), gzipSync(',4\n')]), {}],
    ['in gzip and UTF-16', gzipSync(utf16(`\ufeff${TABLE}`, false)), {}],
  ])('%s', async (_, content, options) => {
    const whole = await read(content, options);
    expect({ columns: whole.columns, rows: whole.rows }).toEqual(expected);
    expect((await read(content, options, whole.records[0].next)).rows).toEqual(['3,4']);
  });
});

test('a quoted cell keeps its line ends', async () => {
  const { rows } = await read('t,v\r\n"a\r\nb",1\r\n2,3\r\n');
  expect(rows).toEqual(['"a\r\nb",1', '2,3']);
});

test('columns without a name have their number', async () => {
  expect((await read(',t,,v\n0,1,2,3\n')).columns).toEqual(['1', 't', '3', 'v']);
});

test('a line `sep=` that names another delimiter is refused, and says which', async () => {
  await expect(read('sep=;\nt;v\n')).rejects.toThrow(
    'its first line says that ";" separates the columns, and `delimiter` is ","',
  );
});

test('a header in Windows-1252 is refused where nobody said so, and the message says how', async () => {
  await expect(read(Buffer.from(TABLE, 'latin1'))).rejects.toThrow(
    'say what it is with `encoding`, such as windows-1252',
  );
});

test('comments and lines before the first may be skipped in lines of JSON too', async () => {
  const options = { framing: 'lines', comment: '//', skip_lines: 1 };
  expect((await read('hello\n// a\n{"a":1}\n', options)).rows).toEqual(['{"a":1}']);
});

test('the text does not depend on how its bytes were cut into chunks', async () => {
  const text = 'Größe €\n1,2\n'.repeat(50);
  for (const bytes of [Buffer.from(text), utf16(`\ufeff${text}`, false), utf16(text, true)]) {
    for (const size of [8, 13, 64, 1_000]) {
      const parts: Buffer[] = [];
      for await (const part of utf8(chunks(bytes, size), 'auto')) parts.push(part);
      expect(Buffer.concat(parts).toString()).toBe(text);
    }
  }
});

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

test('an encoding is one that the runtime knows', () => {
  expect(['auto', 'utf-8', 'latin1', 'Windows-1252', 'shift_jis', 'utf-16be'].map(isEncoding)).not.toContain(false);
  expect(['', 'utf-7', 'ebcdic'].map(isEncoding)).not.toContain(true);
});
