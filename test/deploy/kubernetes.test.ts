import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { checkConfig } from '../../src/config/load.ts';
import { describeWith } from '../servers/program.ts';
import { kubectl } from '../servers/tools.ts';
import { type Manifest, readManifests, schemaFaults, typeFaults } from './kubernetes.ts';

const manifests = readManifests();
const kustomization = parse(readFileSync('deploy/kubernetes/kustomization.yaml', 'utf8'));

function of(kind: string): Manifest['body'] {
  return manifests.find((manifest) => manifest.kind === kind)?.body;
}

test.each(manifests.map((manifest) => [`${manifest.file}: ${manifest.kind}`, manifest]))(
  '%s fits the schema of its kind',
  async (_, manifest) => {
    expect(await schemaFaults(manifest as Manifest)).toBeUndefined();
  },
);

test('no manifest has a key that its kind does not have; a misspelt one would be found', () => {
  expect(typeFaults(manifests)).toEqual([]);
  const [deployment] = manifests.filter(({ kind }) => kind === 'Deployment');
  const misspelt = JSON.parse(JSON.stringify(deployment).replace('readinessProbe', 'readynessProbe'));
  expect(typeFaults([misspelt]).join()).toContain('readynessProbe');
}, 60_000);

test('Kustomize has every manifest but the namespace and the example of the Secret, which are steps of their own', () => {
  const files = [...new Set(manifests.map(({ file }) => file))];
  expect([...kustomization.resources, 'namespace.yaml', 'secret.example.yaml'].sort()).toEqual(files.sort());
});

test('what refers to something refers to something that is there', () => {
  const pod = of('Deployment').spec.template.spec;
  const [container] = pod.containers;
  const ports = container.ports.map(({ name }: { name: string }) => name);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(ports).toContain(container[probe].httpGet.port);
  expect(ports).toContain(of('Service').spec.ports[0].targetPort);
  expect(of('Service').spec.ports.map(({ name }: { name: string }) => name)).toContain(
    of('ServiceMonitor').spec.endpoints[0].port,
  );
  expect(pod.volumes.map(({ name }: { name: string }) => name).sort()).toEqual(
    container.volumeMounts.map(({ name }: { name: string }) => name).sort(),
  );
  const labels = of('Deployment').spec.template.metadata.labels;
  const selectors = [
    of('Deployment').spec.selector.matchLabels,
    of('Service').spec.selector,
    of('PodDisruptionBudget').spec.selector.matchLabels,
    of('NetworkPolicy').spec.podSelector.matchLabels,
    of('ServiceMonitor').spec.selector.matchLabels,
  ];
  for (const selector of selectors) expect(labels).toMatchObject(selector);
  expect(pod.serviceAccountName).toBe(of('ServiceAccount').metadata.name);
  expect(of('ScaledObject').spec.scaleTargetRef.name).toBe(of('Deployment').metadata.name);
  expect(of('ScaledObject').spec.triggers[0].authenticationRef.name).toBe(of('TriggerAuthentication').metadata.name);
  expect(kustomization.configMapGenerator[0].name).toBe(pod.volumes[0].configMap.name);
  expect(container.image).toBe(kustomization.images[0].name);
});

test('every key of the Secret that is asked for is in its example, and none besides', () => {
  const text = JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret').map(({ body }) => body));
  const asked = [...text.matchAll(/"name":"surprisal","key":"([\w-]+)"|"key":"([\w-]+)","path"/g)].map(
    ([, a, b]) => a ?? b,
  );
  expect([...new Set(asked)].sort()).toEqual(Object.keys(of('Secret').stringData).sort());
});

test('the configuration of the ConfigMap is valid with the environment, the files and the port that the pod has', () => {
  const [container] = of('Deployment').spec.template.spec.containers;
  const env = Object.fromEntries(container.env.map(({ name }: { name: string }) => [name, 'a-secret']));
  const text = readFileSync('deploy/kubernetes/surprisal.yaml', 'utf8');
  const secrets = container.volumeMounts.find(({ name }: { name: string }) => name === 'secrets').mountPath;
  const readFile = (path: string) =>
    path === `${secrets}/token` ? { text: 'a-token' } : { fault: 'there is no such file' };
  const { config, faults } = checkConfig({ name: 'surprisal.yaml', text }, { env, readFile });
  expect(faults).toEqual([]);
  expect(config?.server.port).toBe(container.ports[0].containerPort);
  expect(container.args).toContain('/etc/surprisal/surprisal.yaml');
  const [{ metadata }] = of('ScaledObject').spec.triggers;
  expect([metadata.consumerGroup, metadata.bootstrapServers]).toEqual([config?.group, config?.kafka?.brokers[0]]);
  expect(Object.values(config?.streams ?? {}).map(({ source }) => source)).toMatchObject([{ topic: metadata.topic }]);
});

test('the pod may do nothing that it need not: it fits the standard `restricted`, on a root that it cannot write to', () => {
  const pod = of('Deployment').spec.template.spec;
  const [container] = pod.containers;
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(container.resources.limits.memory).toBeDefined();
});

test('an apply leaves the number of pods to the autoscaler', () => {
  expect(of('Deployment').spec).not.toHaveProperty('replicas');
  expect(of('ScaledObject').spec.minReplicaCount).toBeGreaterThan(0);
});

test('nothing names a namespace, so that it can be tried where ours is not there yet', () => {
  expect(kustomization).not.toHaveProperty('namespace');
  for (const { file, body } of manifests) expect(body.metadata, file).not.toHaveProperty('namespace');
});

test('a stop has time for a backlog', () => {
  expect(of('Deployment').spec.template.spec.terminationGracePeriodSeconds).toBe(60);
});

describeWith([kubectl], 'kubectl kustomize', () => {
  test('builds every manifest, with the ConfigMap by its hashed name in the pod, and the image', () => {
    const built = spawnSync(kubectl.path(), ['kustomize', 'deploy/kubernetes'], { encoding: 'utf8' });
    expect(built).toMatchObject({ status: 0, stderr: '' });
    const bodies = parseAllDocuments(built.stdout).map((document) => document.toJS());
    const kinds = manifests.map(({ kind }) => kind).filter((kind) => kind !== 'Namespace' && kind !== 'Secret');
    expect(bodies.map(({ kind }) => kind).sort()).toEqual([...kinds, 'ConfigMap'].sort());
    const { metadata } = bodies.find(({ kind }) => kind === 'ConfigMap');
    const { spec } = bodies.find(({ kind }) => kind === 'Deployment');
    expect(metadata.name).toMatch(/^surprisal-[a-z0-9]+$/);
    expect(spec.template.spec.volumes[0].configMap.name).toBe(metadata.name);
    expect(spec.template.spec.containers[0].image).toBe('surprisal:0.1.0');
  });
});

test('the PrometheusRule holds the rules of deploy/prometheus (`--update` writes it anew)', async () => {
  const { groups } = parse(readFileSync('deploy/prometheus/rules.yml', 'utf8'));
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'surprisal' },
    spec: { groups },
  };
  const text = `# Made of deploy/prometheus/rules.yml.\n${stringify(rule, { lineWidth: 0 })}`;
  await expect(text).toMatchFileSnapshot('../../deploy/kubernetes/prometheusrule.yaml');
});
