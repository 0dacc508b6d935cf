import type { Socket } from 'node:net'
import type { AnswerChain } from '../config/answer-chain.ts'

/** `direct_response` says its text and ends; `echo` says what it hears until the client ends. */
export function answerConnection(socket: Socket, { text }: AnswerChain): void {
  socket.on('error', () => undefined)
  if (text === undefined) {
    socket.pipe(socket)
    return
  }
  // What the client says is of no interest, but unread it would make the end of the connection a reset.
  socket.resume()
  socket.end(text, () => socket.destroySoon())
}
