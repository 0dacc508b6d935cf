import { existsSync } from 'node:fs'
import path from 'node:path'
import { FolderWatch } from '../identity/watch-folder.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import type { HeldResources } from '../resources/held-resources.ts'
import type { WantedFile } from '../resources/wanted-names.ts'
import { newFileCounts } from './file-counts.ts'
import { fileUpdate } from './file-update.ts'
import { readResponseFile } from './read-response-file.ts'
import type { Update } from './xds-session.ts'

/**
 * One file with a DiscoveryResponse that is followed. As in Envoy what is moved over it is a change, and what is written into
 * it is not: half of a file would be read. What it said last goes on while it is gone or broken.
 */
export class FileSubscription implements Disposable {
  readonly key: string
  readonly wanted: WantedFile
  readonly counts = newFileCounts()
  private readonly watch: FolderWatch
  private arriving = ''

  constructor(key: string, wanted: WantedFile, onMoved: (moved: FileSubscription) => void) {
    this.key = key
    this.wanted = wanted
    const name = path.basename(wanted.file)
    this.watch = new FolderWatch(
      wanted.directory,
      () => {
        if (this.isThere) onMoved(this)
      },
      (event, moved) => event === 'rename' && (wanted.isDirectoryWatched || moved === name),
    )
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]()
  }

  /** True when it has moved and `onMoved` was not called for that: it will not be. */
  flush(): boolean {
    return this.watch.flush() && this.isThere
  }

  /** Taken away: nothing has come. */
  private get isThere(): boolean {
    return this.wanted.isDirectoryWatched || existsSync(this.wanted.file)
  }

  /** Undefined: there is nothing to take, which has been counted. Else `settle` follows. */
  read(held: HeldResources): Update | undefined {
    const { counts, wanted } = this
    counts.attempts++
    let isRead = false
    try {
      const response = readResponseFile(wanted.file)
      isRead = true
      this.arriving = response.versionInfo
      const update = fileUpdate(response, wanted, this.key, held)
      if (update !== undefined) return update
      counts.empties++
      this.settle(undefined)
    } catch (error) {
      if (isRead) counts.rejected++
      else counts.failures++
      this.say((error as Error).message)
    }
    return undefined
  }

  /** `refusal`: why it was not taken, or not all of it. */
  settle(refusal: string | undefined): void {
    const { counts } = this
    if (refusal !== undefined) {
      counts.rejected++
      this.say(refusal)
      return
    }
    counts.successes++
    counts.updatedAtMs = Date.now()
    counts.version = this.arriving
  }

  private say(reason: string): void {
    const { file, of: type } = this.wanted
    lifecycleLog('warn', 'refused a configuration; the last good one goes on', { type, file, reason })
  }
}
