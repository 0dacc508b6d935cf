import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { LIVE_SIGN_IN_AGAIN } from '@heddle/shared/api/live'
import { type WebSocket, WebSocketServer } from 'ws'
import { credentialIn } from '../access/who-asks.ts'
import type { LiveContext } from './live-context.ts'
import { LiveSocket } from './live-socket.ts'
import { TopicBoard } from './topic-board.ts'
import { whoReads } from './who-reads.ts'

const livePath = '/api/v1/live'
const beatMs = 2000
const pingMs = 15_000
const checkMs = 30_000
const socketsMax = 2000
/** One per tab; without it, one person could keep everybody else out. */
const socketsOfPersonMax = 100
/** What somebody may say before it is known who it is. */
const earlyMax = 40

type Entry = {
  readonly live: LiveSocket
  readonly request: IncomingMessage
  readonly personId: string
  /** The digest of the session or token that opened it. */
  readonly credential: string | undefined
  isAlive: boolean
}

/** Serves the live WebSocket on the API's port: one per browser tab, many topics. */
export function startLive(server: Server, context: LiveContext): AsyncDisposable {
  const board = new TopicBoard(context)
  const sockets = new Map<WebSocket, Entry>()
  let arriving = 0
  const acceptor = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?', 1)[0] !== livePath) return refuse(socket, '404 Not Found')
    if (sockets.size + arriving >= socketsMax) return refuse(socket, '503 Service Unavailable')
    acceptor.handleUpgrade(request, socket, head, (opened) => void accept(opened, request))
  })

  const accept = async (socket: WebSocket, request: IncomingMessage) => {
    socket.on('error', () => socket.terminate())
    const early: string[] = []
    const keep = (bytes: unknown, isBinary: boolean) => {
      if (isBinary || early.length >= earlyMax) socket.close(1008, 'wait for the hello')
      else early.push(String(bytes))
    }
    // What the reader says while we look up who it is must not get lost.
    socket.on('message', keep)
    // Accepted first: a browser's script cannot tell a refused upgrade from a broken network.
    arriving++
    const reader = await whoReads(context.access, request).catch(() => ({ code: 1013, reason: 'try again' }))
    arriving--
    socket.off('message', keep)
    if ('code' in reader) return socket.close(reader.code, reader.reason)
    const { personId } = reader
    const credential = credentialIn(context.access, request.headers)
    // It may have ended while the database was answering.
    if (isOver(context, credential)) return socket.close(LIVE_SIGN_IN_AGAIN, 'sign in')
    if (socket.readyState !== socket.OPEN) return
    if (countOf(sockets, personId) >= socketsOfPersonMax) return socket.close(1013, 'too many sockets of one person')
    const live = new LiveSocket(socket, board.epoch, personId, (message) => board.open(message, personId))
    const entry = { live, request, personId, credential, isAlive: true }
    sockets.set(socket, entry)
    socket.on('pong', () => {
      entry.isAlive = true
    })
    socket.on('close', () => {
      live.close()
      sockets.delete(socket)
    })
    for (const text of early) void live.receive(text)
  }

  const checkAll = () => {
    for (const [socket, { request }] of sockets) {
      void whoReads(context.access, request)
        .then((reader) => 'code' in reader && socket.close(reader.code, reader.reason))
        .catch(() => undefined)
    }
  }
  // Signed out, or a token revoked: its sockets end with it, not at the next look.
  context.store.onEnded((digest) => {
    if (digest === undefined) return checkAll()
    for (const [socket, { credential }] of sockets) {
      if (credential === digest) socket.close(LIVE_SIGN_IN_AGAIN, 'sign in')
    }
  })
  const timers = [
    setInterval(() => {
      for (const { live } of sockets.values()) live.beat(context.state.staleSince())
    }, beatMs),
    setInterval(() => dropDead(sockets), pingMs),
    // A session that is idle or too old ends its sockets too; a database that is away ends nobody's.
    setInterval(checkAll, checkMs),
  ]
  return {
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      board.close()
      for (const socket of sockets.keys()) {
        socket.close(1001, 'the control plane stops')
        socket.terminate()
      }
    },
  }
}

function countOf(sockets: ReadonlyMap<WebSocket, Entry>, personId: string): number {
  let count = 0
  for (const entry of sockets.values()) if (entry.personId === personId) count++
  return count
}

/** Not ended alone: nobody reads such a socket any more, and the client could keep its half of it open for ever. */
function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy())
}

function isOver({ access }: LiveContext, credential: string | undefined): boolean {
  return credential !== undefined && access.people.isEnded(credential)
}

/** A browser answers a ping by itself; who has not answered the last one is gone. */
function dropDead(sockets: ReadonlyMap<WebSocket, Entry>): void {
  for (const [socket, entry] of sockets) {
    if (!entry.isAlive) {
      socket.terminate()
      continue
    }
    entry.isAlive = false
    socket.ping()
  }
}
