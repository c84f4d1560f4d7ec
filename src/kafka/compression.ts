import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import kafkajs from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { fromXerial, toXerial } from './xerial.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Ways to compress batches of records, as Kafka names them, and as kafkajs numbers them. */
export const compressions = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;

/** How batches are compressed. */
export type Compression = keyof typeof compressions;

/** Compresses the records of a batch as a whole. */
export interface Codec {
  compress(bytes: Buffer): Promise<Uint8Array>;
  decompress(bytes: Buffer): Promise<Uint8Array>;
}

/** Each library is loaded when its codec is first met; its binary lies in a package of its own for each platform. */
export const codecs: Readonly<Record<Exclude<Compression, 'none'>, Codec>> = {
  gzip: { compress: promisify(gzip), decompress: promisify(gunzip) },
  snappy: { compress: toXerial, decompress: fromXerial },
  lz4: {
    compress: async (bytes) => await (await import('lz4-napi')).compressFrame(bytes),
    decompress: async (bytes) => await (await import('lz4-napi')).decompressFrame(bytes),
  },
  zstd: {
    compress: async (bytes) => await (await import('@mongodb-js/zstd')).compress(bytes),
    decompress: async (bytes) => await (await import('@mongodb-js/zstd')).decompress(bytes),
  },
};

/** Teaches kafkajs every codec. What it reads may be compressed by any, whatever we write with. */
export function registerCodecs(): void {
  for (const name of ['gzip', 'snappy', 'lz4', 'zstd'] as const)
    CompressionCodecs[compressions[name]] = () => adapted(name);
}

/** As kafkajs wants it. */
function adapted(name: keyof typeof codecs) {
  const codec = codecs[name];
  return {
    compress: async ({ buffer }: { readonly buffer: Buffer }) => asBuffer(await codec.compress(buffer)),
    async decompress(bytes: Buffer) {
      try {
        return asBuffer(await codec.decompress(bytes));
      } catch (cause) {
        throw new Failure('kafka/corrupt', `a batch of records is said to be ${name}, and cannot be decompressed`, {
          cause,
        });
      }
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
