import { parse } from 'csv-parse/sync';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';

/** The names in a CSV header. @throws Failure source/unreadable where it is none */
export function columnNames(header: SourceRecord, delimiter: string, name: string): readonly string[] {
  const where = `${name}:${header.line}`;
  if (header.cutFrom !== undefined) {
    throw new Failure('source/unreadable', `the header has ${header.cutFrom} bytes, more than a record may`, { where });
  }
  try {
    const [names = []] = parse(Buffer.from(header.value), { delimiter, trim: true });
    return names.map((each) => String(each).trim());
  } catch (cause) {
    throw new Failure('source/unreadable', 'the header is no CSV', { where, cause });
  }
}
