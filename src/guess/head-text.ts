import { TextDecoder } from 'node:util';
import { encodingOf, utf8 } from '../source/utf8.ts';

const LF = 10;
const JSON_LIST = /^\s*\[\s*(?:[[{"\d-]|$)/;
const JSON_OBJECT = /^\s*\{\s*(?:["}]|$)/;

/** The head of a file as UTF-8 with LF, whole lines where it has any, and the encoding that it was in. */
export async function headText(
  head: Buffer,
  encoding: string,
): Promise<{ readonly text: Buffer; readonly encoding: string }> {
  const found = encoding === 'auto' && encodingOf(head) === 'utf-8' && !isUtf8(head) ? 'windows-1252' : encoding;
  const parts: Buffer[] = [];
  for await (const part of utf8(once(Buffer.from(head)), found)) parts.push(part);
  return { text: Buffer.concat(parts), encoding: found };
}

/** How JSON is laid out in it; undefined where it is none. */
export function jsonFraming(text: Buffer): 'lines' | 'json' | undefined {
  const beginning = text.toString('utf8', 0, 4_096).replace('\ufeff', '');
  if (JSON_LIST.test(beginning)) return 'json';
  if (!JSON_OBJECT.test(beginning)) return undefined;
  const line = text.toString('utf8', 0, text.includes(LF) ? text.indexOf(LF) : text.length);
  return isJson(line.replace('\ufeff', '')) ? 'lines' : 'json';
}

/** Without the line that the end of the head cuts. */
export function wholeLines(text: Buffer, isCut: boolean): Buffer {
  const end = text.lastIndexOf(LF);
  return isCut && end > 0 ? text.subarray(0, end + 1) : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** All but the last few bytes, which may be half a character. */
function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
