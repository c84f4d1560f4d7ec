import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from '../state/compiled.ts';
import { newFolder, removeFolder } from './folder.ts';
import { freePort } from './ports.ts';
import { ServerProcess } from './process.ts';
import { answers } from './until.ts';

const READY_WITHIN_MS = 90_000;

let main: string | undefined;

/** The program's main module, compiled once for a test file. */
export function mainScript(): string {
  main ??= join(compiled(['src']), 'src/cli/main.js');
  return main;
}

/** The program itself, as a process of its own, ready. */
export interface Surprisal {
  /** `host:port`, as Prometheus wants it. */
  readonly address: string;
  readonly url: string;
  /** Its own, with `config.yaml`, `state` and `surprisal.log`. */
  readonly folder: string;
  readonly process: ServerProcess;
  /** Text of /metrics. */
  metrics(): Promise<string>;
  /** Ends it, in order unless the signal says otherwise, and starts it again with the configuration that is there then. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  stop(): Promise<void>;
}

/** A configuration without `state.folder`, and without where the server listens: those are given by the test. */
export interface Configuration {
  readonly state?: object;
  readonly server?: object;
  readonly streams: object;
  readonly sinks?: object;
  readonly kafka?: object;
  readonly group?: string;
}

/** Runs the program with a configuration and more flags, and waits until it is ready. Paths in it are relative to its folder. */
export async function startSurprisal(configuration: Configuration, flags: readonly string[] = []): Promise<Surprisal> {
  const folder = newFolder('surprisal');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const url = `http://${address}`;
  const { state, server, ...rest } = configuration;
  // JSON is YAML.
  const config = { state: { folder: 'state', ...state }, server: { port, ...server }, ...rest };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const args = [mainScript(), 'run', '-c', 'config.yaml', ...flags];
  const program = new ServerProcess({ name: 'surprisal', command: process.execPath, args, folder });
  const start = () => program.start(() => answers(`${url}/readyz`), READY_WITHIN_MS);
  await start();
  return {
    address,
    url,
    folder,
    process: program,
    metrics: async () => await (await fetch(`${url}/metrics`)).text(),
    async restart(signal = 'SIGTERM') {
      await program.end(signal);
      await start();
    },
    async stop() {
      await program.end('SIGKILL');
      removeFolder(folder);
    },
  };
}
