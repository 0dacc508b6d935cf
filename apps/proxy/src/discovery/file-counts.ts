/** What has come of one file, in Envoy's words. */
export type FileCounts = {
  attempts: number
  successes: number
  /** It could not be read. */
  failures: number
  /** It was read and could not be used. */
  rejected: number
  /** It had nothing where one resource is wanted. */
  empties: number
  updatedAtMs: number
  /** `version_info` of what was last taken. */
  version: string
}

export function newFileCounts(): FileCounts {
  return { attempts: 0, successes: 0, failures: 0, rejected: 0, empties: 0, updatedAtMs: 0, version: '' }
}
