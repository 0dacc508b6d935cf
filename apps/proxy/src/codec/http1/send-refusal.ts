import { LENGTH } from '../../message/body-framing.ts'
import type { HeadRefusal } from '../head-refusal.ts'
import type { RequestHandler } from '../request-handler.ts'
import { answerFields } from './answer-fields.ts'
import type { MessageEncoder } from './message-encoder.ts'
import { noHead } from './spare-heads.ts'
import { statusLine } from './status-line.ts'

/** Answers what could not be read as a request. `text` is the body; without it the status says all there is to say. */
export function sendRefusal(
  encoder: MessageEncoder,
  handler: RequestHandler,
  { status, details }: HeadRefusal,
  text: string,
): void {
  // The client learns no more than the status says; the log has the details.
  const said = text || statusLine(status).slice('HTTP/1.1 400 '.length)
  const answer = handler.onRefused({ status, details }, said)
  const fields = answerFields(answer.status, answer.headers, noHead, true)
  encoder.answer(answer.status, fields, LENGTH, answer.body.length, true)
  encoder.data(answer.body)
  encoder.end(undefined)
}
