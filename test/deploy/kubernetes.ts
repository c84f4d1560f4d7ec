import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const FOLDER = 'deploy/kubernetes';
/** What Kustomize reads, and what it makes a ConfigMap of. */
const NO_MANIFESTS = ['kustomization.yaml', 'surprisal.yaml'];

/** A manifest, and where it is. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: its schema is what is tested.
  readonly body: any;
}

/** Every document of every manifest. @throws Error where one is no YAML */
export function readManifests(): readonly Manifest[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && !NO_MANIFESTS.includes(name));
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      const body = document.toJS();
      return { file, apiVersion: body.apiVersion, kind: body.kind, body };
    }),
  );
}

/** The module that has the type and the schema of a kind. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  if (apiVersion.startsWith('keda.sh/')) return `@kubernetes-models/keda/${apiVersion}/${kind}`;
  if (apiVersion.startsWith('monitoring.coreos.com/'))
    return `@kubernetes-models/prometheus-operator/${apiVersion}/${kind}`;
  return `kubernetes-models/${apiVersion}/${kind}`;
}

/** What the schema of the API server finds wrong with a manifest. */
export async function schemaFaults(manifest: Manifest): Promise<string | undefined> {
  const loaded = await import(moduleOf(manifest));
  try {
    new loaded[manifest.kind](manifest.body).validate();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** What the compiler finds wrong with manifests as values of their kinds' types: keys that there are not, above all. */
export function typeFaults(manifests: readonly Manifest[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'surprisal-manifests-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const path = join(folder, 'manifests.ts');
  const lines = manifests.map((manifest, index) => {
    const type = `import('${moduleOf(manifest)}').I${manifest.kind}`;
    return `/* ${manifest.file} */ export const m${index}: ${type} = ${JSON.stringify(manifest.body)};`;
  });
  writeFileSync(path, lines.join('\n'));
  const options = { module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true, noEmit: true, types: [] };
  const program = ts.createProgram([path], options);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start, file }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
    return `${manifests[line].file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
