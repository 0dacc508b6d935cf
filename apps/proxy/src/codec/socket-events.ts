import type { Socket } from 'node:net'

/** What a connection hears of its socket beside bytes. */
export type SocketOwner = {
  onPeerEnd(): void
  onClose(): void
}

const ownerOf = Symbol('owner')

type Owned = Socket & { [ownerOf]?: SocketOwner | undefined }

/** The same functions for every socket: closures for each would cost a connection more than its state does. */
export function ownSocket(socket: Socket, owner: SocketOwner): void {
  ;(socket as Owned)[ownerOf] = owner
  socket.on('end', onEnd)
  socket.on('error', onError)
  socket.on('close', onClose)
}

/** Somebody else takes the socket over; the listeners of others stay. */
export function disownSocket(socket: Socket): void {
  ;(socket as Owned)[ownerOf] = undefined
  socket.off('end', onEnd)
  socket.off('error', onError)
  socket.off('close', onClose)
}

function onEnd(this: Owned): void {
  this[ownerOf]?.onPeerEnd()
}

/** 'close' follows, which is where it is handled. */
function onError(): void {}

function onClose(this: Owned): void {
  this[ownerOf]?.onClose()
}
