import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Deeplearning4j's GravesLSTM, peepholes and all, on the work of test/bench/engines.ts: rows per CPU-second.
 *
 *   cd test/bench/baselines/dl4j && OMP_NUM_THREADS=1 mvn -q -B compile exec:java [-Dexec.args="HIDDEN BATCH"]
 *
 * A dense head with squared error, Adam; `fit` over T = 16 rows with the losses of the last K, and `rnnTimeStep` for scores. I = 9, one channel.
 */
public final class GravesBench {
  private static final int INPUTS = 9;
  private static final int STEPS = 16;
  private static final int ROUNDS = 5;
  private static final double SECONDS = 0.5;
  /** What the JVM takes to compile all of it. */
  private static final double WARM_SECONDS = 8;

  public static void main(String[] args) {
    int hidden = args.length > 0 ? Integer.parseInt(args[0]) : 32;
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 32;
    StringBuilder learned = new StringBuilder();
    for (int losses : new int[] {1, 4, 16}) {
      MultiLayerNetwork network = network(hidden);
      DataSet data = data(batch, losses);
      learned.append(String.format("  learn %d %8.0f", losses, rate(batch * losses, () -> network.fit(data))));
    }
    MultiLayerNetwork scorer = network(hidden);
    INDArray row = Nd4j.randn(batch, INPUTS);
    double scored = rate(batch, () -> scorer.rnnTimeStep(row));
    String jar = GravesLSTM.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    System.out.printf("GravesLSTM of %s, H = %d, batch %d: rows per CPU-second%n", jar.substring(jar.lastIndexOf('/') + 1), hidden, batch);
    System.out.printf("graves   score %9.0f%s%n", scored, learned);
    System.exit(0);
  }

  private static MultiLayerNetwork network(int hidden) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(2e-3))
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .gradientNormalizationThreshold(5)
                .list()
                .layer(new GravesLSTM.Builder().nIn(INPUTS).nOut(hidden).activation(Activation.TANH).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(hidden).nOut(1).activation(Activation.IDENTITY).build())
                .build());
    network.init();
    return network;
  }

  private static DataSet data(int batch, int losses) {
    INDArray mask = Nd4j.zeros(batch, STEPS);
    mask.put(new INDArrayIndex[] {NDArrayIndex.all(), NDArrayIndex.interval(STEPS - losses, STEPS)}, Nd4j.ones(batch, losses));
    return new DataSet(Nd4j.randn(batch, INPUTS, STEPS), Nd4j.randn(batch, 1, STEPS), null, mask);
  }

  /** Rows per CPU-second, all threads: the median of the rounds, after a longer one to warm up. */
  private static double rate(int rows, Runnable act) {
    OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double[] rates = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      double seconds = round < 0 ? WARM_SECONDS : SECONDS;
      long begun = machine.getProcessCpuTime();
      long calls = 0;
      for (; machine.getProcessCpuTime() - begun < seconds * 1e9; calls++) act.run();
      if (round >= 0) rates[round] = calls * rows / ((machine.getProcessCpuTime() - begun) / 1e9);
    }
    Arrays.sort(rates);
    return rates[ROUNDS / 2];
  }
}
