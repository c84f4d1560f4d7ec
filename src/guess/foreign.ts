/** First bytes of files that are no text, and what to do about them. */
const KINDS: readonly (readonly [string, string])[] = [
  ['PK\x03\x04', 'a ZIP archive, as spreadsheets (.xlsx, .ods) are too; unpack it, or save the sheet as CSV'],
  ['\xd0\xcf\x11\xe0', 'a spreadsheet of old Excel (.xls); save the sheet as CSV'],
  ['PAR1', 'a Parquet file; write it as CSV or JSON lines'],
  ['SQLite format 3', 'an SQLite database; export the table as CSV'],
  ['\x89HDF', 'an HDF5 file; write it as CSV or JSON lines'],
  ['TDSm', 'a LabVIEW TDMS file; export it as text'],
  ['Obj\x01', 'an Avro file; write it as CSV or JSON lines'],
  ['%PDF', 'a PDF; export the data as CSV'],
  ['BZh', 'packed with bzip2; unpack it (gzip is read as it is)'],
  ['\xfd7zXZ', 'packed with xz; unpack it (gzip is read as it is)'],
  ['\x28\xb5\x2f\xfd', 'packed with zstd; unpack it (gzip is read as it is)'],
  ['7z\xbc\xaf', 'a 7-Zip archive; unpack it'],
];
const MARKUP = /^\s*<(?:\?xml|!doctype|html)/i;
/** `cpu,host=a usage=0.5 1772323200000000000` */
const LINE_PROTOCOL =
  /^[^\s,=]+(?:,[^\s,=]+=[^\s,=]+)* [^\s,=]+=(?:"[^"]*"|[^\s,"]+)(?:,[^\s,=]+=\S+)*(?: \d{10,19})?$/;

/** What a file is that cannot be read as rows or documents, and what to do, by its head; undefined where it may be. */
export function foreignKind(head: Buffer): string | undefined {
  const beginning = head.toString('latin1', 0, 2_048);
  const kind = KINDS.find(([bytes]) => beginning.startsWith(bytes));
  if (kind !== undefined) return kind[1];
  const text = beginning.replace(/^\xef\xbb\xbf/, '');
  if (MARKUP.test(text)) return 'XML or HTML; convert it to CSV, or to JSON lines with one record a line';
  const [line] = text.split(/\r?\n/, 1);
  if (!LINE_PROTOCOL.test(line)) return undefined;
  return 'line protocol of InfluxDB; export it as CSV, or let Telegraf write it with data_format = "json"';
}
