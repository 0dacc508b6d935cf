/** Least squares: how many MiB come with each minute. */
export function slopePerMinute(samples: readonly { readonly minute: number; readonly mib: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const minutes = mean(samples.map(({ minute }) => minute))
  const mib = mean(samples.map((sample) => sample.mib))
  const shared = samples.reduce((sum, each) => sum + (each.minute - minutes) * (each.mib - mib), 0)
  const spread = samples.reduce((sum, each) => sum + (each.minute - minutes) ** 2, 0)
  return spread === 0 ? 0 : shared / spread
}
