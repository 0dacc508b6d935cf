/** How a service behaves on an ordinary day. */
export type Noise = {
  /** Median of the natural latency, ms; the tail is log-normal. */
  readonly medianMs: number
  /** Share of requests that fail by themselves, 0 to 1. */
  readonly errorShare: number
}

/** Milliseconds to wait before answering: log-normal around the median, so that p99 is a few times p50. */
export function naturalLatency({ medianMs }: Noise, random: () => number): number {
  // Box-Muller; sigma 0.45 gives p99 of about 2.8 times the median.
  const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return medianMs * Math.exp(0.45 * gauss)
}

export function failsByItself({ errorShare }: Noise, random: () => number): boolean {
  return random() < errorShare
}
