/** How often clusters and listeners came, went and changed since the process began. */
export type ChangeCounts = {
  readonly clusters: { added: number; modified: number; removed: number }
  readonly listeners: { added: number; modified: number; removed: number }
}

export function newChangeCounts(): ChangeCounts {
  return { clusters: { added: 0, modified: 0, removed: 0 }, listeners: { added: 0, modified: 0, removed: 0 } }
}
