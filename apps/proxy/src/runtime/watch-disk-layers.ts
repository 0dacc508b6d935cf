import path from 'node:path'
import { FolderWatch } from '../identity/watch-folder.ts'
import type { RuntimeLayers } from './runtime-layers.ts'

/** Reads folders again when another link is moved over the root of one. */
export function watchDiskLayers(runtime: RuntimeLayers): Disposable {
  const watches = runtime.layers.flatMap((layer) => {
    if (layer.kind !== 'disk') return []
    const { root } = layer
    const isRoot = (event: string, name: string | null) => event === 'rename' && name === path.basename(root)
    return [new FolderWatch(path.dirname(root), () => void runtime.read(), isRoot)]
  })
  return {
    [Symbol.dispose]() {
      for (const watch of watches) watch[Symbol.dispose]()
    },
  }
}
