/** Bytes as Confluent's serializers frame them: 0x00, and the schema's id as an int32. */
export function numbered(id: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, payload]);
}

/** The header that names a schema by its GUID: 0x01, and its 16 bytes. */
export function byGuid(guid: string): readonly (readonly [string, Uint8Array])[] {
  return [['__value_schema_id', Buffer.from(`01${guid.replaceAll('-', '')}`, 'hex')]];
}
