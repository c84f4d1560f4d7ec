/** What value and error novelty say, written once more with unbounded row numbers and plain arrays: docs/detection.md#value-and-error-novelty. */
export interface Twin {
  observe(value: number): number;
}

/** The grid with a map for cells and the row itself for a stamp. */
export function valueTwin(rows: number): Twin {
  const values: number[] = [];
  let cells = new Map<number, number>();
  let [origin, width, firstWidth] = [0, 0, 0];
  const fresh = (within: number, now: number) => [...cells].filter(([, seen]) => now - seen <= within).map(([i]) => i);
  const cellOf = (value: number) => Math.floor((value - origin) / width);
  const clip = (value: number, indices: number[], now: number) => {
    if (now - 50 <= 100) return value;
    const low = origin + Math.min(...indices) * width;
    const high = origin + (Math.max(...indices) + 1) * width;
    return Math.min(Math.max(value, low - 8 * (high - low)), high + 8 * (high - low));
  };
  const remap = (place: (i: number) => number[]) => {
    const next = new Map<number, number>();
    for (const [i, seen] of cells) {
      for (const j of place(i)) if (j >= 0 && j < 256) next.set(j, Math.max(seen, next.get(j) ?? 0));
    }
    cells = next;
  };
  const widen = (value: number) => {
    while (cellOf(value) < 0 || cellOf(value) > 255) {
      const down = cellOf(value) < 0;
      if (down) origin -= 256 * width;
      width *= 2;
      remap((i) => [(i >> 1) + (down ? 128 : 0)]);
    }
  };
  const refine = (now: number) => {
    const indices = fresh(rows, now);
    const [low, high] = [Math.min(...indices), Math.max(...indices)];
    if (high - low + 1 > 64 || width <= 2 * firstWidth) return;
    const first = Math.floor((low + high + 1) / 2) - 64;
    origin += first * width;
    width /= 2;
    remap((i) => [2 * (i - first), 2 * (i - first) + 1]);
  };
  const distance = (value: number, indices: number[]) =>
    Math.min(...indices.map((i) => (i === cellOf(value) ? 0 : Math.abs(value - origin - (i + 0.5) * width))));
  const insert = (value: number, now: number) => {
    if (now === 50) {
      firstWidth = 1e-9 * Math.max(Math.abs(value), Math.abs(values[0])) + 1e-12;
      width = firstWidth;
      origin = value - 128.5 * width;
      cells.set(128, now);
      return;
    }
    const clipped = clip(value, fresh(rows, now), now);
    widen(clipped);
    cells.set(cellOf(clipped), now);
  };
  return {
    observe(value) {
      const now = values.push(value) - 1;
      if (now < 50) return 0;
      insert(values[now - 11], now);
      refine(now);
      if (now < 150) return 0;
      const indices = fresh(rows, now);
      const clipped = clip(value, indices, now);
      const near = distance(clipped, indices);
      const ever = Math.min(near, Math.max(width / 4, distance(clipped, fresh(10 * rows, now))));
      const range = (Math.max(...indices) - Math.min(...indices) + 1) * width;
      return Math.sqrt(near * ever) / range;
    },
  };
}

interface Node {
  readonly value: number;
  readonly seen: number;
}

/** The net with a sorted array of nodes. */
export function errorTwin(rows: number): Twin {
  let [row, low, high] = [0, 0, 0];
  let nodes: Node[] = [];
  const sorted = (list: Node[]) => list.sort((a, b) => a.value - b.value);
  const scaleOf = (q: number) => {
    const span = nodes.length === 0 ? 0 : nodes[nodes.length - 1].value - nodes[0].value;
    const range = Math.max(high - low, 0.05 * span);
    return range * Math.sqrt(1 + (q / range) ** 2);
  };
  const closest = (list: Node[], q: number) => Math.min(...list.map(({ value }) => Math.abs(value - q)));
  const mergeClosest = () => {
    const gaps = nodes.slice(1).map(({ value }, i) => value - nodes[i].value);
    const i = gaps.indexOf(Math.min(...gaps));
    nodes.splice(nodes[i].seen < nodes[i + 1].seen ? i : i + 1, 1);
  };
  const insert = (q: number, scale: number) => {
    const gap = closest(nodes, q);
    if (gap <= 0.02 * scale) {
      const above = nodes.findIndex(({ value }) => value >= q && value - q === gap);
      const i = above >= 0 ? above : nodes.findLastIndex(({ value }) => q - value === gap);
      nodes[i] = { value: nodes[i].value, seen: row };
      return;
    }
    if (nodes.length === 128) mergeClosest();
    nodes = sorted([...nodes, { value: q, seen: row }]);
  };
  const quantiles = (q: number) => {
    const n = row - 50;
    if (n < 100) {
      [low, high] = n === 0 ? [q, q] : [Math.min(low, q), Math.max(high, q)];
      return;
    }
    const a = (30 * (high - low)) / Math.min(n, 4000);
    [low, high] = [low - a * (q < low ? 0.99 : -0.01), high + a * (q > high ? 0.99 : -0.01)];
  };
  const score = (error: number) => {
    const q = Math.fround(error);
    nodes = nodes.filter(({ seen }, i) => i !== row % 128 || row - seen <= rows);
    const scale = scaleOf(q);
    const gap = closest(
      nodes.filter(({ seen }) => row - seen <= rows),
      q,
    );
    insert(q, scale);
    quantiles(q);
    return row < 150 || gap === 0 ? 0 : gap / scale;
  };
  return {
    observe(error) {
      const novelty = row < 50 ? 0 : score(error);
      row++;
      return novelty;
    },
  };
}
