import type { MultiplexedSettings } from './multiplexed-pool.ts'

/** The same settings, with these protocols offered in the TLS handshake (ALPN). Without TLS nothing is offered. */
export function offering(settings: MultiplexedSettings, ...alpnProtocols: readonly string[]): MultiplexedSettings {
  return settings.tls === undefined ? settings : { ...settings, tls: { ...settings.tls, alpnProtocols } }
}
