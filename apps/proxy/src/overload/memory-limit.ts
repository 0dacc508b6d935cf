import { totalmem } from 'node:os'

/** Of a cgroup, in bytes; infinite where there is none. */
export function memoryLimit(): number {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < totalmem() ? limit : Number.POSITIVE_INFINITY
}
