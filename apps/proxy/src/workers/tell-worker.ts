import type { Worker } from 'node:cluster'
import type { ToWorker } from './worker-message.ts'

/** One that has just ended hears nothing, and its end says so: without somebody to tell, the failure would end the caller too. */
export function tell(worker: Worker, message: ToWorker): void {
  worker.send(message, () => undefined)
}
