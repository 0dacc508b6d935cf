import type { X509Certificate } from 'node:crypto'

/** What a TLS handshake has agreed on and proved. Certificates are looked at when somebody asks for something in them. */
export type TlsFacts = {
  /** "TLSv1.3". */
  readonly version: string
  /** OpenSSL's name of the cipher. */
  readonly cipher: string
  /** The peer's, where it has shown one that is trusted. */
  readonly peer: X509Certificate | undefined
  /** The peer's certificate and those that it has sent along, as PEM. */
  readonly chain: () => readonly string[]
  readonly own: () => X509Certificate | undefined
  /** The name that the client has asked for; "" for none. */
  readonly serverName: string
  /** When the handshake was over, in the clock of `nowMs`. */
  readonly securedMs: number
  /** "" where there is none, or where the library does not say. */
  readonly sessionId: () => string
  readonly group: () => string
}
