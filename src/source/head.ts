import { openFile, rest, unpacked } from './bytes.ts';
import { standardInput } from './stdin.ts';

/**
 * The beginning of a file's content, unpacked, or of standard input, which can be read from its beginning afterwards.
 * @throws Failure source/unreadable
 */
export async function headOf(path: string, bytes: number): Promise<Buffer> {
  if (path === '-') return await beginning(unpacked(standardInput.peek(), 'standard input'), bytes);
  const handle = await openFile(path);
  try {
    return await beginning(unpacked(rest({ handle, path }), path), bytes);
  } finally {
    await handle.close();
  }
}

async function beginning(chunks: AsyncIterable<Buffer>, bytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(parts).subarray(0, bytes);
}
