/** How a message's body is delimited (RFC 9112 §6.3). `length` counts only for kind LENGTH. */
export const NO_BODY = 0
export const LENGTH = 1
export const CHUNKED = 2
/** Responses only: the body ends with the connection. */
export const UNTIL_CLOSE = 3
export type Framing = typeof NO_BODY | typeof LENGTH | typeof CHUNKED | typeof UNTIL_CLOSE
