"""Reads scores and alerts as a program in another language does: confluent-kafka (librdkafka) and fastavro.

python3 scores.py BROKERS SCORES_TOPIC SCHEMA COUNT: prints one JSON line for each committed record.
"""

import io
import json
import struct
import sys

import fastavro
from confluent_kafka import Consumer

brokers, topic, schema_path, count = sys.argv[1:5]
with open(schema_path) as file:
    schema = json.load(file)
parsed = fastavro.parse_schema(schema)
# The fingerprint that single-object encoding puts in front, made anew from the schema file.
canonical = fastavro.schema.to_parsing_canonical_form(schema)
fingerprint = bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))
head = b"\xc3\x01" + fingerprint


def value_of(message):
    headers = dict(message.headers() or [])
    if headers["content-type"] == b"application/json":
        return json.loads(message.value())
    assert headers["content-type"] == b"application/avro", headers
    data = message.value()
    assert data[:10] == head, (data[:10].hex(), head.hex())
    rest = io.BytesIO(data[10:])
    record = fastavro.schemaless_reader(rest, parsed, None)
    assert rest.read() == b"", "bytes after the record"
    record["timeMs"] = round(record.pop("time").timestamp() * 1000)
    record["pValue"] = record.pop("p_value")
    return record


consumer = Consumer(
    {
        "bootstrap.servers": brokers,
        "group.id": "python",
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
    }
)
consumer.subscribe([topic])
for _ in range(int(count)):
    message = consumer.poll(60)
    assert message is not None, "no record within a minute"
    assert message.error() is None, message.error()
    headers = {name: text.decode() for name, text in message.headers() or []}
    print(json.dumps({"key": message.key().decode(), "headers": headers, "value": value_of(message)}))
consumer.close()
