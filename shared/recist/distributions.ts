/**
 * Quantiles of the F and t distributions, for confidence intervals. From the regularised incomplete beta
 * function by its continued fraction (Abramowitz & Stegun 1964, 26.5.8 and 26.6.2) and bisection.
 */

/** x for which a variable with F(d1, d2) distribution is below x with the given probability; degrees may be fractions. */
export function fQuantile(probability: number, d1: number, d2: number): number {
  let low = 0;
  let high = 1;
  while (fProbability(high, d1, d2) < probability) high *= 2;
  // each round adds a bit of precision
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (fProbability(middle, d1, d2) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Two-sided: |t| is below the result with the given probability. */
export function tQuantileTwoSided(probability: number, degrees: number): number {
  return Math.sqrt(fQuantile(probability, 1, degrees));
}

export function fProbability(x: number, d1: number, d2: number): number {
  return x <= 0 ? 0 : regularisedBeta((d1 * x) / (d1 * x + d2), d1 / 2, d2 / 2);
}

function regularisedBeta(x: number, a: number, b: number): number {
  if (x >= 1) return 1;
  // the fraction converges fast on this side of the mean only
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front / a) * continuedFraction(x, a, b);
}

/** By Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const nonZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return fraction;
}

/** By Stirling's series (Abramowitz & Stegun 6.1.41), after moving the argument to where it is accurate. */
function logGamma(value: number): number {
  let x = value;
  let shift = 0;
  for (; x < 15; x++) shift += Math.log(x);
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
