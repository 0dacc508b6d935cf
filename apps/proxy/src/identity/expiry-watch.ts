import { X509Certificate } from 'node:crypto'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { tlsContexts } from '../config/tls-contexts.ts'
import { lifecycleLog } from '../lifecycle-log.ts'

/** Shares of a certificate's life after which it is said how much is left, once each. */
const shares = [0.5, 0.8, 0.95, 1] as const
const lookMs = 1000

type Life = { readonly name: string; readonly fromMs: number; readonly untilMs: number; told: number }

/** Looks after the certificates that this proxy shows: who signs new ones may be away, and the last one serves to its end only. */
export class ExpiryWatch implements Disposable {
  private readonly config: () => ProxyConfig
  /** By what was configured: a certificate is read once, and forgotten with its configuration. */
  private readonly lives = new WeakMap<object, Life>()
  private readonly timer: NodeJS.Timeout

  constructor(config: () => ProxyConfig) {
    this.config = config
    this.timer = setInterval(() => this.look(Date.now()), lookMs)
    this.timer.unref()
  }

  look(nowMs: number): void {
    for (const { keyPairs } of tlsContexts(this.config())) {
      for (const pair of keyPairs) {
        const life = this.lifeOf(pair)
        const share = (nowMs - life.fromMs) / (life.untilMs - life.fromMs)
        const passed = shares.filter((each) => share >= each).length
        if (passed <= life.told) continue
        life.told = passed
        const facts = { certificate: life.name, until: new Date(life.untilMs).toISOString() }
        if (share >= 1) lifecycleLog('error', 'a certificate has expired', facts)
        else lifecycleLog('warn', 'a certificate nears its end', { ...facts, percent: Math.floor(share * 100) })
      }
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer)
  }

  private lifeOf(pair: { readonly certificate: string | Buffer }): Life {
    const known = this.lives.get(pair)
    if (known !== undefined) return known
    // The first block is the leaf.
    const { validFrom, validTo, subjectAltName, subject } = new X509Certificate(pair.certificate)
    const name = subjectAltName ?? subject
    const life = { name, fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo), told: 0 }
    this.lives.set(pair, life)
    return life
  }
}
