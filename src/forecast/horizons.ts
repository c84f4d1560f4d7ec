/** Each group reaches a quarter further than the one before it. */
const GROWTH = 1.25;

/**
 * Rows ahead in groups that share what was learned of their errors: 1, 2, 3, 4, 5, 6–7, 8–9, 10–11 … Group of each row
 * ahead, for rows 1 to `rows` at places 0 to rows − 1.
 */
export function horizonGroups(rows: number): Uint16Array {
  const groups = new Uint16Array(rows);
  let [group, end] = [0, 1];
  for (let ahead = 1; ahead <= rows; ahead++) {
    if (ahead > end) {
      group++;
      end = Math.max(end + 1, Math.floor(end * GROWTH));
    }
    groups[ahead - 1] = group;
  }
  return groups;
}
