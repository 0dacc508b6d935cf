import type { DownstreamPort } from './downstream-port.ts'

/** Where an exchange answers that serves nobody for now: what comes too late must not reach whoever it serves next. */
export const noDownstream: DownstreamPort = {
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
