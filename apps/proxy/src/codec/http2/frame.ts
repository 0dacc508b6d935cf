/** Frame types and flags of RFC 9113 §6. */
export const DATA = 0
export const HEADERS = 1
export const PRIORITY = 2
export const RST_STREAM = 3
export const SETTINGS = 4
export const PUSH_PROMISE = 5
export const PING = 6
export const GOAWAY = 7
export const WINDOW_UPDATE = 8
export const CONTINUATION = 9

export const END_STREAM = 0x1
export const ACK = 0x1
export const END_HEADERS = 0x4
export const PADDED = 0x8
export const PRIORITY_FLAG = 0x20

export const headerBytes = 9
/** What we accept and announce (the default), and what we send even to peers that would take more. */
export const frameBytesMax = 16_384
export const windowMax = 2 ** 31 - 1
/** A connection's window before anything is announced. */
export const windowDefault = 65_535

/** What a client sends first (§3.4). */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')
