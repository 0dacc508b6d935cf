/** How a try ended without a response that could be passed on. */
export type TryFailure =
  | 'connect-failure'
  | 'connect-timeout'
  | 'overflow'
  | 'no-healthy-endpoint'
  /** Closed or reset before the first byte of a response. */
  | 'reset-before-response'
  /** Closed or reset in the middle of a response. */
  | 'reset-in-response'
  /** The same, where the framing of HTTP/1.1 says that more was to come. */
  | 'body-cut-short'
  /** HTTP/2: the upstream reset this one stream. */
  | 'remote-reset'
  /** HTTP/2: it reset this one, a CONNECT, because of who is behind it. */
  | 'remote-connect-error'
  /** HTTP/2: it says that it has not processed the request. */
  | 'refused-stream'
  /** HTTP/2: the connection was about to end, and the request was not looked at any more. */
  | 'unprocessed'
  /** HTTP/2: it cannot say to this upstream what the client asks. The upstream has heard nothing, and has done nothing wrong. */
  | 'unsendable'
  /** The answer cannot be understood, or is ambiguous. */
  | 'protocol-error'
  /** It is given up, and may go on elsewhere. */
  | 'per-try-timeout'
