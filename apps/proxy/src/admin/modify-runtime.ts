import { OverrideRefused } from '../runtime/runtime-layers.ts'
import { plain } from './admin-answer.ts'
import type { AllWorkers } from './admin-sources.ts'
import type { AdminAnswer } from './start-admin.ts'

const usage = `usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN
       or send the parameters as form values
use an empty value to remove a previously added override`
const statuses = { no_admin_layer: 503, override_invalid: 400 } satisfies Record<OverrideRefused['code'], number>

/** `/runtime_modify`: sets values until the proxy ends, in all workers. */
export async function modifyRuntime(workers: AllWorkers, changes: URLSearchParams): Promise<AdminAnswer> {
  if (changes.size === 0) return { status: 400, type: 'text/plain', body: usage }
  try {
    // Of a key that is there twice the first value counts (Envoy).
    await workers.overrideRuntime([...new Set(changes.keys())].map((key) => [key, changes.get(key) ?? '']))
    return plain('OK\n')
  } catch (error) {
    if (!(error instanceof OverrideRefused)) throw error
    return { status: statuses[error.code], type: 'text/plain', body: error.message }
  }
}
