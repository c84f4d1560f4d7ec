import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { isRotated } from '../../src/source/beside.ts';
import { LogReader, RotatingLog } from './rotating-log.ts';

function upTo(rows: number): number[] {
  return Array.from({ length: rows }, (_, n) => n);
}

/** A log with some rows, and a reader that has read and committed `committed` of them. */
async function begun(rows: number, committed: number): Promise<{ log: RotatingLog; reader: LogReader }> {
  const log = new RotatingLog();
  log.write(rows);
  const reader = new LogReader(log.path);
  await reader.until(rows);
  reader.commit(committed);
  return { log, reader };
}

async function expectAll(log: RotatingLog, reader: LogReader): Promise<void> {
  await reader.until(log.rows);
  reader.commit();
  await reader.kill();
  expect(reader.committed).toEqual(upTo(log.rows));
}

test.each(['rename', 'copyAndCut'] as const)(
  'after %s, a commit in the new file and a kill, reading continues where it was',
  async (rotate) => {
    const { log, reader } = await begun(10, 6);
    log.write(3);
    log[rotate]();
    log.write(2);
    await reader.until(15);
    reader.commit(8);
    await reader.kill();
    log.write(4);
    await expectAll(log, reader);
    expect(reader.reported).toEqual([]);
  },
);

test.each(['rename', 'copyAndCut'] as const)('%s while nobody reads loses nothing', async (rotate) => {
  const { log, reader } = await begun(10, 6);
  await reader.kill();
  log.write(3);
  for (const rows of [5, 0, 2_000, 1]) {
    log[rotate]();
    log.write(rows);
  }
  await expectAll(log, reader);
  expect(reader.reported).toEqual([]);
});

test('rotated twice between two looks, the file between is read as well', async () => {
  const { log, reader } = await begun(3, 3);
  for (const rows of [4, 5]) {
    log.rename();
    log.write(rows);
  }
  await expectAll(log, reader);
});

test('what was rotated and packed while nobody read is read', async () => {
  const { log, reader } = await begun(10, 6);
  await reader.kill();
  for (const rows of [1, 2]) {
    log.write(3);
    log.rename();
    log.pack();
    log.write(rows);
  }
  await expectAll(log, reader);
});

test('columns in another order are read by their names, also after a restart in the middle', async () => {
  const { log, reader } = await begun(5, 5);
  log.rename(['v', 'n']);
  log.write(6);
  await reader.until(11);
  reader.commit(3);
  await reader.kill();
  log.write(2);
  log.rename(['n', 'v']);
  log.write(2);
  await expectAll(log, reader);
});

test('what was beside the file before reading began is not read', async () => {
  const log = new RotatingLog();
  log.write(3);
  log.rename();
  log.write(2);
  const reader = new LogReader(log.path);
  await reader.until(2);
  expect(statSync(`${log.path}.1`).size).toBeGreaterThan(0);
  log.rename();
  log.write(1);
  await reader.until(3);
  reader.commit();
  await reader.kill();
  expect(reader.committed).toEqual([3, 4, 5]);
});

test('a file that is gone costs what was not read of it, says so, and nothing of the one after it', async () => {
  const { log, reader } = await begun(10, 6);
  await reader.kill();
  log.rename();
  rmSync(`${log.path}.1`);
  log.write(3);
  await reader.until(9);
  reader.commit();
  await reader.kill();
  expect(reader.committed).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12]);
  expect(reader.reported).toEqual([expect.stringContaining('is lost')]);
});

test('a file cut without a copy begins anew', async () => {
  const { log, reader } = await begun(10, 10);
  truncateSync(log.path);
  appendFileSync(log.path, 'n,v\n10,20\n');
  await reader.until(11);
  reader.commit();
  await reader.kill();
  expect(reader.committed).toEqual(upTo(11));
});

test('a file that is replaced by a longer one with the same beginning has only grown', async () => {
  const { log, reader } = await begun(10, 10);
  copyFileSync(log.path, `${log.path}.partial`);
  appendFileSync(`${log.path}.partial`, '10,20\n');
  renameSync(`${log.path}.partial`, log.path);
  await reader.until(11);
  reader.commit();
  await reader.kill();
  writeFileSync(
    `${log.path}.partial`,
    `n,v\n${upTo(12)
      .map((n) => `${n},${2 * n}\n`)
      .join('')}`,
  );
  renameSync(`${log.path}.partial`, log.path);
  log.rows = 12;
  await expectAll(log, reader);
});

test('a renamed file is read on while the one that has its name is empty: its writer may not know yet', async () => {
  const { log, reader } = await begun(10, 10);
  renameSync(log.path, `${log.path}.1`);
  writeFileSync(log.path, '');
  await reader.idle(3);
  appendFileSync(`${log.path}.1`, '10,20\n11,22\n');
  await reader.until(12);
  appendFileSync(log.path, 'n,v\n12,24\n');
  log.rows = 13;
  await expectAll(log, reader);
});

test.each([
  ['a link to the newest file leads to others', (day: number) => `logs/2026-03-0${day}.csv`],
  ['a folder in the path is a link that leads elsewhere', (day: number) => `day-${day}/log.csv`],
])('%s while nobody reads, and nothing is lost', async (_, nameOf) => {
  const { folder } = new RotatingLog();
  const last = nameOf(1).startsWith('logs') ? 3 : 2;
  const path = join(folder, nameOf(1).startsWith('logs') ? 'newest.csv' : 'newest/log.csv');
  const link = nameOf(1).startsWith('logs') ? path : dirname(path);
  const reader = new LogReader(path);
  for (let day = 1; day <= last; day++) {
    const target = join(folder, nameOf(day));
    mkdirSync(dirname(target), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(link === path ? target : dirname(target), link);
    const rows = upTo(day * 10).slice(-10);
    writeFileSync(target, `n,v\n${rows.map((n) => `${n},${2 * n}\n`).join('')}`);
    utimesSync(target, day, day);
    if (day > 1) continue;
    await reader.until(10);
    reader.commit(6);
    await reader.kill();
  }
  await reader.until(10 * last);
  reader.commit();
  await reader.kill();
  expect(reader.committed).toEqual(upTo(10 * last));
  expect(reader.reported).toEqual([]);
});

test.each(['log.1.csv', 'log (1).csv', 'log-1.csv', 'log.csv.1.bak', 'log-03-01-2026.csv', 'log_2021.csv'])(
  'rotated twice while nobody reads, the first to %s, the second is found by a name of that kind',
  async (name) => {
    const { log, reader } = await begun(10, 6);
    await reader.kill();
    for (const each of [name, name.replace('1', '2')]) {
      log.write(3);
      renameSync(log.path, join(log.folder, each));
      writeFileSync(log.path, 'n,v\n');
    }
    log.write(3);
    await expectAll(log, reader);
    expect(reader.reported).toEqual([]);
  },
);

test('a file with the number of a deleted one is another', async () => {
  const { log, reader } = await begun(10, 10);
  await reader.kill();
  rmSync(log.path);
  // File systems give a number again at once; a cut file has it for certain.
  writeFileSync(
    log.path,
    `n,v\n${upTo(100)
      .map((n) => `${10 + n},${20 + 2 * n}\n`)
      .join('')}`,
  );
  log.rows = 110;
  await expectAll(log, reader);
});

test('a name that stands for nothing, or for no file, is waited for and reported once', async () => {
  const { log, reader } = await begun(3, 3);
  await reader.kill();
  renameSync(log.path, `${log.path}.1`);
  mkdirSync(log.path);
  const reading = reader.until(5);
  while (reader.reported.length === 0) await new Promise(setImmediate);
  rmSync(log.path, { recursive: true });
  writeFileSync(log.path, 'n,v\n3,6\n4,8\n');
  await reading;
  reader.commit();
  await reader.kill();
  expect(reader.committed).toEqual(upTo(5));
  expect(reader.reported).toEqual([expect.stringContaining('folder')]);
});

test('only names that rotation gives are those of rotated files', () => {
  const rotated = [
    'log.csv.1',
    'log.csv.12.gz',
    'log.csv-20260301',
    'log-2026-03-01.csv',
    'log.csv.old',
    'log.csv.2026-03-01T10:00:00Z',
  ];
  const others = ['log.csv', 'log-2.csv', 'log.csv.bak', 'log.csv.1.tmp', 'logs.csv.1', 'other.csv.1', 'log.csv.1.zst'];
  expect(rotated.filter((name) => !isRotated('/var/log.csv', `/var/${name}`))).toEqual([]);
  expect(others.filter((name) => isRotated('/var/log.csv', `/var/${name}`))).toEqual([]);
});

test('whatever is rotated, packed, read and killed in any order, each row is committed once and in its order', {
  timeout: 120_000,
}, async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const { log, reader } = await begun(1, 1);
    for (let step = 0; step < 14; step++) {
      const kind = random.int(7);
      if (kind === 0) log.rename(random.int(2) === 0 ? ['n', 'v'] : ['v', 'n']);
      else if (kind === 1) log.copyAndCut();
      else if (kind === 2) log.pack();
      else if (kind === 3) await reader.kill();
      else if (kind === 4) {
        await reader.until(log.rows);
        reader.commit(random.int(log.rows + 1));
      } else log.write(random.int(4) === 0 ? 1_500 : 1 + random.int(20));
    }
    await reader.until(log.rows);
    reader.commit();
    await reader.kill();
    expect(reader.committed, `seed ${seed}`).toEqual(upTo(log.rows));
    expect(reader.reported, `seed ${seed}`).toEqual([]);
  }
});
