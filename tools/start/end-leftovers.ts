// Ends what a start left that was killed outright: `tools/start.mjs` runs it when `tools/start.ts` could not. Its argument
// is the number of that process; what another start has running is left alone.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stopLeftServer } from '../../apps/control/src/store/embedded-postgres.ts'
import { readSettings } from './settings.ts'
import { processesOf, readRecord, stopLeftovers } from './stop-leftovers.ts'

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)))
const { dataFolder } = readSettings(root, process.env)
const pidFile = path.join(dataFolder, 'pids.json')
const starter = Number(process.argv[2])
if (readRecord(pidFile).starter === starter) {
  await stopLeftovers(pidFile, root, processesOf(starter))
  // Last, as with an orderly end: the others write to it until they have ended.
  await stopLeftServer(path.join(dataFolder, 'postgres'))
}
