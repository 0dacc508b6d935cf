import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A full collection that gives back to the system what it frees; stops the process for some 20 ms. */
export function shrinkHeap(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void // what the flag exposes
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', flavor: 'last-resort', execution: 'sync' })
}
