/** What the two ends of a connection do differently. */
export type SessionRole = {
  /** A whole block came for a stream that is not in the table. */
  onUnknownBlock(streamId: number, bytes: Buffer, from: number, to: number, isEnd: boolean): void
  /** True for a stream that has never been. */
  isUnopened(streamId: number): boolean
  /** The last stream of the peer's that we have looked at, for GOAWAY. */
  lastPeerStream(): number
  onPeerSettings(): void
  onGoAway(lastStreamId: number, errorCode: number): void
  onPong(opaque: number): void
  /** The peer takes no more bytes; what it has sent before may still be on its way. */
  onUnwritable(): void
  /** A stream left the table. */
  onStreamGone(): void
  /** The session is over: GOAWAY is on its way, or the socket is gone. Said once; streams are told afterwards. */
  onOver(errorCode: number, reason: string): void
}

export type SessionOptions = {
  readonly isServer: boolean
  /** What may wait for the peer; undefined for as much as is usual. */
  readonly bufferBytesMax?: number | undefined
  /** How many the peer may have open; 0 for one that opens none. */
  readonly peerStreamsMax: number
  readonly streamWindow: number
  readonly connectionWindow: number
  /** Encoded bytes of one block; a longer one is an attack. */
  readonly blockBytesMax: number
  /** Frames other than DATA that the peer may leave unread (roughly; at most twice as many). */
  readonly unreadFramesMax: number
  /** Our SETTINGS, as (parameter, value) pairs. */
  readonly settings: readonly (readonly [parameter: number, value: number])[]
}
