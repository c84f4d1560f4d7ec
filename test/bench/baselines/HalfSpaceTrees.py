"""HalfSpaceTrees.py FILE WARM: River's half-space trees at their defaults, one model a series, scored and then taught each row; a line of JSON."""

import json
import platform
import sys
import time

import river
from river import anomaly, preprocessing

path, warm = sys.argv[1], int(sys.argv[2])
with open(path, encoding="utf-8") as file:
    lines = file.read().splitlines()

models = {}


def work(lines):
    total = 0.0
    for line in lines:
        record = json.loads(line)
        model = models.get(record["id"])
        if model is None:
            # Half-space trees want their values within [0, 1]: their documentation puts this before them.
            model = models[record["id"]] = preprocessing.MinMaxScaler() | anomaly.HalfSpaceTrees(seed=1)
        x = {"value": record["value"]}
        total += model.score_one(x)
        model.learn_one(x)
    return total


work(lines[:warm])
began = time.process_time()
checksum = work(lines[warm:])
seconds = time.process_time() - began
print(
    json.dumps(
        {
            "version": f"river {river.__version__}, CPython {platform.python_version()}",
            "rows": len(lines) - warm,
            "seconds": seconds,
            "checksum": checksum,
        }
    )
)
