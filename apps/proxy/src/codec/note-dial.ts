import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { readTlsFacts } from '../identity/read-tls-facts.ts'
import type { UpstreamFacts } from '../message/upstream-facts.ts'

const known = new WeakMap<Socket, UpstreamFacts>()

/** Remembers of a connection that is being opened what nobody could ask it later: a socket that is closed has forgotten it. */
export function noteDial(socket: Socket): void {
  const facts: UpstreamFacts = { begunMs: performance.now(), connectedMs: -1, securedMs: -1, tls: undefined }
  known.set(socket, facts)
  socket.once('connect', () => {
    facts.connectedMs = performance.now()
  })
  if (!('encrypted' in socket)) return
  socket.once('secureConnect', () => {
    facts.securedMs = performance.now()
    facts.tls = readTlsFacts(socket as TLSSocket, true)
  })
}

/** Of a connection that `openSocket` has opened. */
export function upstreamFacts(socket: Socket): UpstreamFacts | undefined {
  return known.get(socket)
}
