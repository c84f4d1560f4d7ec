import type { Cell } from '../part.ts';

/** A cell for people: `0.56 (0.41–0.69)`, `.75 (6 of 8)`, `–` where nothing is defined. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return numberText(cell);
  if ('of' in cell) return cell.of === 0 ? '–' : `${numberText(cell.hits / cell.of)} (${cell.hits} of ${cell.of})`;
  return `${numberText(cell.value)} (${numberText(cell.low)}–${numberText(cell.high)})`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 0.001) return value.toExponential(0);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}
