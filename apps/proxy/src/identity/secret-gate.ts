import type { ProxyConfig } from '../config/proxy-config.ts'
import { tlsContexts } from '../config/tls-contexts.ts'
import type { SecretFollower } from './follow-secrets.ts'

/** Stands before the traffic: a configuration without secrets that may change passes, and nothing is loaded for it. */
export class SecretGate implements Disposable {
  /** Undefined: no configuration has asked for it yet. */
  follower: SecretFollower | undefined
  private readonly onChange: () => void

  /** `onChange`: the configuration is to be filled again. */
  constructor(onChange: () => void) {
    this.onChange = onChange
  }

  /** What runs now is `current`; a listener or cluster that waits for a secret stays as it is there. */
  async fill(next: ProxyConfig, current: ProxyConfig): Promise<ProxyConfig> {
    if (this.follower === undefined) {
      if (!hasSecrets(next)) return next
      const { SecretFollower } = await import('./follow-secrets.ts')
      this.follower = new SecretFollower(this.onChange)
    }
    return this.follower.fill(next, current)
  }

  [Symbol.dispose](): void {
    this.follower?.[Symbol.dispose]()
  }
}

function hasSecrets(config: ProxyConfig): boolean {
  return tlsContexts(config).some(({ secrets }) => secrets !== undefined)
}
