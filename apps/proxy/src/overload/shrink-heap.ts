import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A full collection that gives back to the system what it frees; stops the process for some 20 ms. */
export function shrinkHeap(): void {
  const collect = globalThis.gc ?? exposeCollector()
  collect({ type: 'major', flavor: 'last-resort', execution: 'sync' })
}

/** Without `--expose-gc`: a context that has it. It is there until the next collection, which is why sidecars have the flag. */
function exposeCollector(): (options: object) => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void // what the flag exposes
  setFlagsFromString('--no-expose-gc')
  return collect
}
