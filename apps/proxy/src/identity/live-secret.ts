import type { SecretConfig, SecretContent } from '../config/tls-secret.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import type { SecretStats } from './secret-stats.ts'
import { FolderWatch } from './watch-folder.ts'

/** A secret whose files are followed. What it said last goes on while they are gone or broken. */
export class LiveSecret implements Disposable {
  content: SecretContent
  readonly config: SecretConfig
  private readonly name: string
  private readonly stats: SecretStats
  private readonly onChange: () => void
  private readonly watches: readonly FolderWatch[]
  private refusal: string | undefined

  constructor(name: string, config: SecretConfig, stats: SecretStats, onChange: () => void) {
    this.name = name
    this.config = config
    this.content = config.content
    this.stats = stats
    this.onChange = onChange
    this.watches = config.watched.map((folder) => new FolderWatch(folder, () => this.readAgain()))
    // They may have changed between being read and being watched.
    if (this.watches.length > 0) this.readAgain()
  }

  [Symbol.dispose](): void {
    for (const watch of this.watches) watch[Symbol.dispose]()
  }

  private readAgain(): void {
    try {
      const next = this.config.read()
      this.refusal = undefined
      if (isSame(next, this.content)) return
      this.content = next
      lifecycleLog('info', 'a secret has changed', { secret: this.name })
      this.onChange()
    } catch (error) {
      const { message } = error as Error
      this.stats.rotationFailed++
      // A folder changes often; what is wrong with it is said once.
      if (message !== this.refusal) {
        lifecycleLog('warn', 'a secret cannot be read; the last good one goes on', {
          secret: this.name,
          reason: message,
        })
      }
      this.refusal = message
    }
  }
}

function isSame(a: SecretContent, b: SecretContent): boolean {
  if (a.kind === 'certificate') {
    if (b.kind !== 'certificate') return false
    return a.keyPair.certificate === b.keyPair.certificate && a.keyPair.key === b.keyPair.key
  }
  return b.kind === 'validation' && a.validation.trustedCa === b.validation.trustedCa
}
