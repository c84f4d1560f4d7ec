"""Keras on the work of test/bench/engines.ts, on one thread: rows per CPU-second.

    pip install keras tensorflow-cpu && python test/bench/baselines/keras_lstm.py [HIDDEN [BATCH]]

The LSTM layer (no peepholes) and a dense head, squared error, Adam, both compiled: `train_on_batch` over T = 16 rows for K new ones, and a
stateful step for scores. I = 9, one channel.
"""

import os
import sys
import time

os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "2", "KERAS_BACKEND": "tensorflow"}

import keras
import numpy
import tensorflow

INPUTS, STEPS, ROUNDS, SECONDS = 9, 16, 5, 0.5
HIDDEN, BATCH = (int(text) for text in [*sys.argv[1:], *["32", "32"][len(sys.argv) - 1 :]][:2])


def rate(rows, act):
    """Rows per CPU-second, all threads: the median of the rounds, after one to warm up."""
    rates = []
    for _ in range(ROUNDS + 1):
        calls, begun = 0, time.process_time()
        while time.process_time() - begun < SECONDS:
            act()
            calls += 1
        rates.append(calls * rows / (time.process_time() - begun))
    return sorted(rates[1:])[ROUNDS // 2]


def learner(losses):
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input(batch_shape=(BATCH, STEPS, INPUTS)),
            layers.LSTM(HIDDEN, return_sequences=True),
            layers.Lambda(lambda h: h[:, -losses:]),
            layers.Dense(1),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(2e-3, global_clipnorm=5), loss="mse")
    return network


def scorer():
    layers = keras.layers
    network = keras.Sequential(
        [keras.Input(batch_shape=(BATCH, 1, INPUTS)), layers.LSTM(HIDDEN, stateful=True), layers.Dense(1)]
    )
    return tensorflow.function(lambda x: network(x, training=False))


random = numpy.random.default_rng(1)
x = random.standard_normal((BATCH, STEPS, INPUTS), dtype="float32")
learned = []
for losses in (1, 4, 16):
    network = learner(losses)
    target = random.standard_normal((BATCH, losses, 1), dtype="float32")
    learned.append(rate(BATCH * losses, lambda: network.train_on_batch(x, target)))
step, row = scorer(), tensorflow.constant(x[:, :1])
scored = rate(BATCH, lambda: step(row))
print(f"Keras {keras.__version__} on TensorFlow {tensorflow.__version__}, H = {HIDDEN}, batch {BATCH}: rows per CPU-second")
print(f"lstm     score {scored:9.0f}  learn 1 {learned[0]:8.0f}  learn 4 {learned[1]:8.0f}  learn 16 {learned[2]:8.0f}")
