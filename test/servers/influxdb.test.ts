import { execFileSync } from 'node:child_process';
import { InfluxDB } from 'influx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Influxdb, influxClient, influxd, startInfluxdb } from './influxdb.ts';
import { describeWith } from './program.ts';

const login = { username: 'admin', password: 'admin-secret' };
let open: Influxdb;
let locked: Influxdb;

describeWith([influxd, influxClient], 'InfluxDB', () => {
  beforeAll(async () => {
    [open, locked] = await Promise.all([startInfluxdb(), startInfluxdb({ login })]);
  });
  afterAll(async () => {
    await Promise.all([open?.stop(), locked?.stop()]);
  });

  test('what a client writes outlives a kill -9, and the command line reads it', async () => {
    const client = new InfluxDB({ host: '127.0.0.1', port: open.port, database: 'test' });
    await client.createDatabase('test');
    await client.writePoints([
      { measurement: 'm', tags: { series: 'a' }, fields: { value: 1.5 }, timestamp: new Date(1e12) },
    ]);
    await open.kill();
    await open.restart();
    const args = ['-host', '127.0.0.1', '-port', String(open.port), '-database', 'test', '-format', 'csv'];
    const rows = execFileSync(influxClient.path(), [...args, '-execute', 'select * from m'], { encoding: 'utf8' });
    expect(rows).toContain('m,1000000000000000000,a,1.5');
  });

  test('a server with a login lets nobody in without it', async () => {
    const address = { host: '127.0.0.1', port: locked.port };
    await expect(new InfluxDB({ ...address, username: 'admin', password: 'wrong' }).getDatabaseNames()).rejects.toThrow(
      'authorization',
    );
    expect(await new InfluxDB({ ...address, ...login }).getDatabaseNames()).toEqual([]);
    expect(JSON.stringify(await locked.query('show users'))).toContain('admin');
  });
});
