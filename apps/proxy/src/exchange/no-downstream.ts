import type { DownstreamPort } from '../message/downstream-port.ts'
import { noCount } from '../message/wire-count.ts'

/** Where an exchange answers that serves nobody for now: what comes too late must not reach whoever it serves next. */
export const noDownstream: DownstreamPort = {
  received: noCount,
  sent: noCount,
  sendContinue() {},
  sendHead() {},
  sendData: () => true,
  sendEnd() {},
  flush() {},
  setIdleTimeout() {},
  pauseRequest() {},
  resumeRequest() {},
  drain() {},
  reset() {},
  detach: () => undefined,
}
