import com.amazon.randomcutforest.RandomCutForest;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** RandomCutForests FILE WARM VERSION: a random cut forest at its defaults for each series, scored and then taught each row; a line of JSON. */
class RandomCutForests {
    private static final Map<String, RandomCutForest> FORESTS = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(arguments[0]));
        int warm = Integer.parseInt(arguments[1]);
        work(lines.subList(0, warm));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long began = system.getProcessCpuTime();
        double checksum = work(lines.subList(warm, lines.size()));
        double seconds = (system.getProcessCpuTime() - began) / 1e9;
        System.out.printf(
            "{\"version\":\"randomcutforest-core %s, Java %s\",\"rows\":%d,\"seconds\":%s,\"checksum\":%s}%n",
            arguments[2], System.getProperty("java.version"), lines.size() - warm, seconds, checksum);
    }

    private static double work(List<String> lines) {
        double total = 0;
        for (String line : lines) {
            RandomCutForest forest = FORESTS.computeIfAbsent(field(line, "id"), RandomCutForests::forest);
            double[] point = {Double.parseDouble(field(line, "value"))};
            total += forest.getAnomalyScore(point);
            forest.update(point);
        }
        return total;
    }

    private static RandomCutForest forest(String series) {
        return RandomCutForest.builder().dimensions(1).randomSeed(1).parallelExecutionEnabled(false).build();
    }

    /** A field of a flat record that this benchmark wrote itself: cheaper than any parser. */
    private static String field(String line, String name) {
        int at = line.indexOf("\"" + name + "\":") + name.length() + 3;
        int end = line.indexOf(',', at);
        String text = line.substring(at, end < 0 ? line.length() - 1 : end);
        return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
    }
}
