import { type FSWatcher, statSync, watch } from 'node:fs'

/** Files are often replaced one after the other: what follows within this time belongs to the same change. */
const settleMs = 50
/** A folder that is away is looked for so often. */
const retryMs = 500

/**
 * Says when something in a folder has changed (inotify), the swapped link of a Kubernetes volume among it. A folder that
 * vanishes is waited for, and its coming back is a change.
 */
export class FolderWatch implements Disposable {
  private readonly folder: string
  private readonly onChange: () => void
  private readonly concerns: (event: string, name: string | null) => boolean
  private watcher: FSWatcher | undefined
  private inode = 0
  private settling: NodeJS.Timeout | undefined
  private retrying: NodeJS.Timeout | undefined

  /** `concerns`: which events are heard, by Node's name ("rename", "change") and the file's; all where nothing is said. */
  constructor(
    folder: string,
    onChange: () => void,
    concerns: (event: string, name: string | null) => boolean = () => true,
  ) {
    this.folder = folder
    this.onChange = onChange
    this.concerns = concerns
    this.begin()
  }

  [Symbol.dispose](): void {
    this.watcher?.close()
    clearTimeout(this.settling)
    clearTimeout(this.retrying)
  }

  private begin(): boolean {
    try {
      this.inode = statSync(this.folder).ino
      this.watcher = watch(this.folder, { persistent: false }, (event, name) => {
        if (this.concerns(event, name)) this.settle()
      })
      this.watcher.on('error', () => this.lose())
      return true
    } catch {
      this.lose()
      return false
    }
  }

  /** True when something has changed that is not told yet: whoever asks knows it now, and is not told. */
  flush(): boolean {
    if (this.settling === undefined) return false
    clearTimeout(this.settling)
    this.settled()
    return true
  }

  private settle(): void {
    if (this.settling !== undefined) return
    this.settling = setTimeout(() => {
      this.settled()
      this.onChange()
    }, settleMs)
    this.settling.unref()
  }

  private settled(): void {
    this.settling = undefined
    // A folder of the same name in its place is another one, and nothing would be heard of it.
    if (this.inodeNow() !== this.inode) this.lose()
  }

  private inodeNow(): number {
    try {
      return statSync(this.folder).ino
    } catch {
      return 0
    }
  }

  private lose(): void {
    this.watcher?.close()
    this.watcher = undefined
    clearTimeout(this.retrying)
    this.retrying = setTimeout(() => {
      if (this.begin()) this.onChange()
    }, retryMs)
    this.retrying.unref()
  }
}
