/**
 * Parts of Node's sockets that Node does not document; the version of Node that they belong to is shipped with the proxy.
 * They hand bytes to the system and take them from it without the queue, the events and the next-tick work of a stream,
 * which together cost more than parsing a small request.
 */

/** What stands behind a socket (`TCP`, `Pipe`): each call is one write to the system. 0, or a negative error of libuv. */
export type StreamHandle = {
  /** Called for each read; `streamState[readBytes]` says how much it brought, or why it brought nothing. */
  onread: (this: StreamHandle, bytes?: ArrayBuffer) => unknown
  writeLatin1String(request: WriteRequest, text: string): number
  writeBuffer(request: WriteRequest, bytes: Buffer): number
  useUserBuffer(buffer: Buffer): void
  /** Bytes of writes that the system has not taken yet. */
  readonly writeQueueSize: number
  /** What the socket thinks: false when somebody has paused it. */
  readonly reading: boolean
  readStart(): number
  readStop(): number
}

/** A write that the system did not take whole at once. One that it did leaves the request unused. */
export type WriteRequest = {
  /** `status` is 0, or a negative error of libuv. */
  oncomplete?: (status: number) => void
  /** Holds what is read from until the write is complete. */
  buffer?: unknown
}

type StreamBinding = {
  readonly WriteWrap: new () => WriteRequest
  /** Says more of the call that has just returned, by the positions beside it. */
  readonly streamBaseState: Int32Array
  readonly kLastWriteWasAsync: number
  readonly kReadBytesOrError: number
}

const binding = (process as unknown as { binding(name: 'stream_wrap'): StreamBinding }).binding('stream_wrap')

export const {
  WriteWrap,
  streamBaseState: streamState,
  kLastWriteWasAsync: lastWriteWaits,
  kReadBytesOrError: readBytes,
} = binding

/** Undefined when the socket is closed. */
export function handleOf(socket: object): StreamHandle | undefined {
  return (socket as { _handle: StreamHandle | null })._handle ?? undefined
}
