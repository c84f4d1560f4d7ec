import { file } from '../../src/source/file.ts';

const source = await file.open(file.config.parse({ kind: 'file', path: '-', framing: 'csv' }));
const columns = await source.columns?.();
const records: string[] = [];
for await (const batch of source.read(Number(process.argv[2]), new AbortController().signal)) {
  for (const { value, line } of batch) records.push(`${line} ${Buffer.from(value).toString()}`);
}
await source.close();
process.stdout.write(JSON.stringify({ columns, records }));
