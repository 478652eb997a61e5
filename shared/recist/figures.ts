/** A length as the reasons and pictures write it: at most two decimals. */
export function millimetres(mm: number): string {
  return `${trimmed(mm, 2)} mm`;
}

/** A fraction as percent, at most two decimals. */
export function percent(fraction: number): string {
  return `${trimmed(fraction * 100, 2)} %`;
}

/** A number rounded to so many decimals, without trailing zeros or a negative zero. */
export function trimmed(value: number, decimals: number): string {
  const scale = 10 ** decimals;
  const rounded = Math.round(value * scale) / scale;
  return String(rounded === 0 ? 0 : rounded);
}

/** With a plus when it is one. */
export function signed(value: number, format: (value: number) => string): string {
  return value > 0 ? `+${format(value)}` : format(value);
}
