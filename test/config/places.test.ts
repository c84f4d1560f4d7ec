import { expect, test } from 'vitest';
import { configOf, linesOf } from './text.ts';

const stream = (source: string) => `    source: { ${source} }
    decode: { key: /home }
    channels: { inside: {} }
`;

test('two streams, or a stream and a sink, may not share a file, a folder or a topic', () => {
  const files = `streams:\n  a:\n${stream('kind: file, path: x')}  b:\n${stream('kind: file, path: x')}`;
  expect(linesOf(files)).toEqual([expect.stringContaining('streams.a has this place already')]);
  const topics = `kafka: { brokers: b:9092 }\nstreams:\n  a:\n${stream('kind: kafka, topic: x')}  b:\n${stream('kind: kafka, topic: x')}`;
  expect(linesOf(topics)).toEqual([expect.stringContaining('streams.a has this place already')]);
});

test('a topic may have the name of a folder, as that of the state', () => {
  const config = configOf(`kafka: { brokers: b:9092 }\nstreams:\n  a:\n${stream('kind: kafka, topic: state')}`);
  expect([config.state.folder, config.streams.a.source]).toMatchObject(['state', { topic: 'state' }]);
});
