import type { Socket } from 'node:net'

/** What Node does not document of a TLS socket: the one that it runs on; null where TLS has opened its own. */
type Secured = { readonly encrypted?: boolean; readonly _parent?: Socket | null }

/**
 * Ends a connection so that the other side sees it cut, and not ended. Node resets plain TCP, and throws for anything else:
 * of TLS the socket below is reset; where there is none at hand, as on a pipe, closing is all that can be done.
 */
export function resetSocket(socket: Socket): void {
  const { encrypted, _parent } = socket as Socket & Secured
  const plain = encrypted === true ? _parent : socket
  if (plain?.remoteAddress === undefined) socket.destroy()
  else plain.resetAndDestroy()
}
