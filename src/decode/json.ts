import { Failure } from '../errors/failure.ts';
import { documentReader } from './document.ts';
import { FlatJson } from './flat-json.ts';
import type { Fields, Format, Layout } from './format.ts';
import { jsonFault } from './json-fault.ts';
import { topLevelName } from './pointer.ts';
import { quote } from './quote.ts';
import { decodeText } from './text.ts';

/** One JSON document a record, read by JSON pointers. What a pointer does not find is missing. */
export const json: Format = {
  kind: 'json',
  open(layout) {
    const readFlat = flatReader(layout);
    const read = documentReader(layout);
    return (record, into) => {
      if (!readFlat?.(record.value, into)) read(parseJson(decodeText(record.value)), into);
    };
  },
};

/**
 * Reads what `FlatJson` takes, and is false for all else. Undefined where the mapping looks deeper than the top level.
 */
function flatReader({
  key,
  time,
  channels,
  texts,
}: Layout): ((bytes: Uint8Array, into: Fields) => boolean) | undefined {
  const places = [key, time, ...channels, ...texts];
  const names = places.map((place) => (place === undefined ? undefined : topLevelName(place)));
  if (places.some((place, at) => place !== undefined && names[at] === undefined)) return undefined;
  const distinct = [...new Set(names.filter((name) => name !== undefined))];
  const flat = FlatJson.of(distinct);
  if (flat === undefined) return undefined;
  const [keyAt, timeAt, ...fieldsAt] = names.map((name) => (name === undefined ? -1 : distinct.indexOf(name)));
  const channelsAt = fieldsAt.slice(0, channels.length);
  const textsAt = fieldsAt.slice(channels.length);
  return (bytes, into) => {
    if (!flat.read(bytes)) return false;
    const { found } = flat;
    into.key = keyAt < 0 ? undefined : found[keyAt];
    into.time = timeAt < 0 ? undefined : found[timeAt];
    for (let channel = 0; channel < channelsAt.length; channel++) into.channels[channel] = found[channelsAt[channel]];
    for (let text = 0; text < textsAt.length; text++) into.texts[text] = found[textsAt[text]];
    return true;
  };
}

/** Strings, which are kept as they are; and, in place of a value, a number that JSON cannot write. */
const STRING_OR_BARE = /"(?:[^"\\]|\\.)*"|([:[,][ \n\r\t]*)-?(?:nan|inf(?:inity)?)(?=[ \n\r\t]*[,}\]])/gi;
const HAS_BARE = /[:[,][ \n\r\t]*-?(?:nan|inf)/i;

/**
 * As `JSON.parse`, but bare `NaN` and `Infinity` are read as null: the value is missing. @throws Failure decode/syntax
 * with the character where it goes wrong
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (HAS_BARE.test(text)) {
      const strict = text.replace(STRING_OR_BARE, (all, before?: string) =>
        before === undefined ? all : `${before}null`,
      );
      if (strict !== text) return parseStrict(strict, text, cause);
    }
    throw syntaxFailure(text, cause);
  }
}

function parseStrict(strict: string, text: string, cause: unknown): unknown {
  try {
    return JSON.parse(strict);
  } catch {
    throw syntaxFailure(text, cause);
  }
}

function syntaxFailure(text: string, cause: unknown): Failure {
  const at = jsonFault(text);
  const found = at < text.length ? `at character ${at}: ${quote(text.slice(at, at + 81))}` : 'unexpected end of input';
  return new Failure('decode/syntax', `not JSON, ${found}`, { cause });
}
