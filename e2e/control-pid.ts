import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readRecord } from '../tools/start/stop-leftovers.ts'

/** The control plane among the processes that `npm start` wrote down. */
export function controlPid(): number {
  const file = path.join(process.env.HEDDLE_E2E_DATA ?? '', 'pids.json')
  const { pids } = readRecord(file)
  const found = pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/control/dist/main.js'))
  if (found === undefined) throw new Error(`${file} names no control plane`)
  return found
}
