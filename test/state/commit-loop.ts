import { commitAll, opened } from './sample.ts';

const folder = process.argv[2] ?? '';
const { store } = await opened(folder, { backups: 2, backup_interval: 20, now: () => Date.now() });
const { offset } = await store.restore('a');
process.stdout.write('ready\n');
for (let n = offset; ; n++) {
  await commitAll(store, 'a', n, n + 1);
  await store.advance('a', 'file', n);
  if (n % 10 === 0) await store.trim('a', n - 30);
}
