import { errorCodes } from './error-code.ts'
import { frameBytesMax, windowDefault, windowMax } from './frame.ts'

/** Parameters of RFC 9113 §6.5.2, RFC 8441 §3. */
export const HEADER_TABLE_SIZE = 1
export const ENABLE_PUSH = 2
export const MAX_CONCURRENT_STREAMS = 3
export const INITIAL_WINDOW_SIZE = 4
export const MAX_FRAME_SIZE = 5
export const MAX_HEADER_LIST_SIZE = 6
export const ENABLE_CONNECT_PROTOCOL = 8

/** What the peer has announced, as far as it concerns what we send. */
export class PeerSettings {
  headerTableSize = 4096
  /** The smallest that the latest frame has named on the way to `headerTableSize`. */
  headerTableLow = 4096
  concurrentStreamsMax = Number.POSITIVE_INFINITY
  initialWindow = windowDefault
  allowsConnectProtocol = false

  /** Takes the payload of a SETTINGS frame; an error code when it is against the rules. */
  take(bytes: Buffer, from: number, to: number, isServer: boolean): number {
    if ((to - from) % 6 !== 0) return errorCodes.frameSizeError
    this.headerTableLow = this.headerTableSize
    for (let at = from; at < to; at += 6) {
      const value = bytes.readUInt32BE(at + 2)
      switch (bytes.readUInt16BE(at)) {
        case HEADER_TABLE_SIZE:
          this.headerTableSize = value
          this.headerTableLow = Math.min(this.headerTableLow, value)
          break
        case ENABLE_PUSH:
          // A server must not offer to be pushed to.
          if (value > 1 || (!isServer && value === 1)) return errorCodes.protocolError
          break
        case MAX_CONCURRENT_STREAMS:
          this.concurrentStreamsMax = value
          break
        case INITIAL_WINDOW_SIZE:
          if (value > windowMax) return errorCodes.flowControlError
          this.initialWindow = value
          break
        case MAX_FRAME_SIZE:
          if (value < frameBytesMax || value > 2 ** 24 - 1) return errorCodes.protocolError
          break
        case ENABLE_CONNECT_PROTOCOL:
          if (value > 1 || (this.allowsConnectProtocol && value === 0)) return errorCodes.protocolError
          this.allowsConnectProtocol = value === 1
          break
      }
    }
    return errorCodes.noError
  }
}
