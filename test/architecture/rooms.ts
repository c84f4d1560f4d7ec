import ts from 'typescript';
import { roomOf, type Tree } from './tree.ts';

/** One row of the table in `src/README.md`. */
export interface Room {
  readonly name: string;
  readonly kind: 'pure' | 'shell';
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

/** The table's rows, in its order. @throws Error where a row is not five cells, or its kind is neither pure nor shell */
export function readRooms(markdown: string): readonly Room[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) => {
    const cells = line.split('|').slice(1, -1);
    const [name = '', kind = '', imports = '', packages = ''] = cells.map((cell) => cell.trim());
    if (cells.length !== 5 || (kind !== 'pure' && kind !== 'shell')) throw new Error(`not a row of the table: ${line}`);
    return { name, kind, imports: list(imports), packages: list(packages) };
  });
}

/** The table and the folders name the same rooms, each once, and a room is below every room it may import: so there are no cycles. */
export function tableFaults(rooms: readonly Room[], tree: Tree): readonly string[] {
  const folders = new Set([...tree.keys()].map(roomOf).filter((name) => name !== undefined));
  const above = new Set<string>();
  const faults: string[] = [];
  for (const { name, imports } of rooms) {
    if (above.has(name)) faults.push(`src/README.md: ${name} is in the table twice`);
    if (!folders.has(name)) faults.push(`src/README.md: ${name} is in the table, and is no folder of src`);
    for (const other of imports)
      if (!above.has(other)) faults.push(`src/README.md: ${name} may import ${other}, which does not stand above it`);
    above.add(name);
  }
  for (const name of folders) if (!above.has(name)) faults.push(`src/${name} is not in the table of src/README.md`);
  return faults;
}

/** `tsconfig.pure.json` checks every pure room, and no other: there impurity is a compile error. */
export function pureProjectFaults(rooms: readonly Room[], tsconfig: string): readonly string[] {
  const { config } = ts.parseConfigFileTextToJson('tsconfig.pure.json', tsconfig);
  const included = new Set<unknown>(config.include);
  return rooms.flatMap(({ name, kind }) => {
    if (included.has(`src/${name}`) === (kind === 'pure')) return [];
    return [`tsconfig.pure.json ${kind === 'pure' ? 'leaves out the pure' : 'includes the shell'} room ${name}`];
  });
}

function list(cell: string): readonly string[] {
  return cell.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}
