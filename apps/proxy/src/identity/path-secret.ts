import type { SecretContent, SecretRef } from '../config/tls-secret.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { LiveSecret } from './live-secret.ts'
import { parsePathSecret, readSecretFile } from './read-path-secret.ts'
import { countUpdate, type SecretStats } from './secret-stats.ts'
import { FolderWatch } from './watch-folder.ts'

type PathRef = Extract<SecretRef, { kind: 'path' }>

/** A secret out of a file with a DiscoveryResponse (`path_config_source`), which is followed, and so are the files it names. */
export class PathSecret implements Disposable {
  private readonly ref: PathRef
  private readonly stats: SecretStats
  private readonly onChange: () => void
  private readonly watch: FolderWatch
  private live: LiveSecret | undefined
  private text: string | undefined
  private isGone = false

  constructor(ref: PathRef, stats: SecretStats, onChange: () => void) {
    this.ref = ref
    this.stats = stats
    this.onChange = onChange
    this.watch = new FolderWatch(ref.directory, () => {
      if (this.read()) this.onChange()
    })
    this.read()
  }

  get content(): SecretContent | undefined {
    return this.live?.content
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]()
    this.live?.[Symbol.dispose]()
  }

  /** True when there is something new. */
  private read(): boolean {
    const { ref, stats } = this
    let text: string
    try {
      text = readSecretFile(ref.file)
    } catch (error) {
      if (!this.isGone) this.refuse('failures', error)
      this.isGone = true
      return false
    }
    this.isGone = false
    if (text === this.text) return false
    this.text = text
    try {
      const config = parsePathSecret(text, ref.name)
      this.live?.[Symbol.dispose]()
      this.live = new LiveSecret(ref.name, config, stats, this.onChange)
      countUpdate(stats, 'successes')
      return true
    } catch (error) {
      this.refuse('rejected', error)
      return false
    }
  }

  private refuse(outcome: 'failures' | 'rejected', error: unknown): void {
    const { file, name } = this.ref
    countUpdate(this.stats, outcome)
    const { code, message } = error as NodeJS.ErrnoException
    lifecycleLog('warn', 'a secret cannot be read; the last good one goes on', {
      secret: name,
      file,
      reason: code ?? message,
    })
  }
}
