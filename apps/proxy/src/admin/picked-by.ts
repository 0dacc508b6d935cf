import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AdminAnswer } from './start-admin.ts'

/** A page that a query picks from: an expression that is none is refused. */
export function pickedBy(render: () => AdminAnswer): AdminAnswer {
  try {
    return render()
  } catch (error) {
    if (!(error instanceof ResourceRejected)) throw error
    const body = error.path === 'type' ? 'invalid &type= param' : `Invalid regex: ${error.message}`
    return { status: 400, type: 'text/plain', body: `${body}\n` }
  }
}
