/* node test/bench/baselines/tfjs.mjs [HIDDEN [BATCH]], after npm run setup:tensorflow
 *
 * What one writes with TensorFlow.js: layers.lstm (no peepholes) and a dense head, squared error, Adam; `trainOnBatch` over T = 16 rows for K new
 * ones, and a stateful step for scores. The same library as the engine `tensorflow`, composed operation by operation. I = 9, one channel, one
 * thread: rows per CPU-second. */
import process from 'node:process';

process.env.TF_NUM_INTRAOP_THREADS ??= '1';
process.env.TF_NUM_INTEROP_THREADS ??= '1';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const { default: tf } = await import('@tensorflow/tfjs-node');

const [hidden, batch] = [Number(process.argv[2] ?? 32), Number(process.argv[3] ?? 32)];
const INPUTS = 9;
const STEPS = 16;
const ROUNDS = 5;
const SECONDS = 0.5;

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Rows per CPU-second, all threads: the median of the rounds, after one to warm up. */
async function rate(rows, act) {
  const rates = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const begun = cpuSeconds();
    let calls = 0;
    for (; cpuSeconds() - begun < SECONDS; calls++) await act();
    rates.push((calls * rows) / (cpuSeconds() - begun));
  }
  return rates.slice(1).sort((a, b) => a - b)[ROUNDS >> 1];
}

/** The last K of T outputs count. */
function learner(losses) {
  const model = tf.sequential();
  model.add(tf.layers.lstm({ units: hidden, batchInputShape: [batch, STEPS, INPUTS], returnSequences: true }));
  model.add(tf.layers.dense({ units: 1 }));
  const lastOnes = (target, predicted) => tf.losses.meanSquaredError(last(target, losses), last(predicted, losses));
  model.compile({ optimizer: tf.train.adam(2e-3), loss: lastOnes });
  return model;
}

function last(values, losses) {
  return values.slice([0, STEPS - losses, 0], [batch, losses, 1]);
}

const learned = [];
for (const losses of [1, 4, 16]) {
  const model = learner(losses);
  const [x, target] = [tf.randomNormal([batch, STEPS, INPUTS]), tf.randomNormal([batch, STEPS, 1])];
  learned.push(await rate(batch * losses, () => model.trainOnBatch(x, target)));
}
const scorer = tf.sequential();
scorer.add(tf.layers.lstm({ units: hidden, batchInputShape: [batch, 1, INPUTS], stateful: true }));
scorer.add(tf.layers.dense({ units: 1 }));
const row = tf.randomNormal([batch, 1, INPUTS]);
const scored = await rate(batch, () => tf.tidy(() => void scorer.predictOnBatch(row).dataSync()));

console.log(`TensorFlow.js ${tf.version.tfjs}, layers composed, H = ${hidden}, batch ${batch}: rows per CPU-second`);
const columns = [1, 4, 16].map((k, i) => `learn ${k} ${learned[i].toFixed(0).padStart(8)}`);
console.log(`lstm     score ${scored.toFixed(0).padStart(9)}  ${columns.join('  ')}`);
