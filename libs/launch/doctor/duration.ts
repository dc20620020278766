import { texts } from '../texts.js';

/** In its two largest units: `3 Std. 12 Min.` */
export function duration(seconds: number): string {
  const { units, noTime } = texts.doctor;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return noTime;
  let rest = seconds;
  const parts = units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count ? `${count} ${unit}` : '';
  });
  return parts.filter(Boolean).join(' ');
}
