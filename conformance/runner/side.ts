/** One of the two proxies that a scenario runs against. */
export type Side = {
  readonly name: 'heddle' | 'envoy'
  /** Why it cannot be run here; undefined when it can. */
  readonly missing: string | undefined
  command(bootstrapFile: string, folder: string): readonly string[]
}
