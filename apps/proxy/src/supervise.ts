// The entry of a proxy with several processes, or one that is replaced without losing a connection.
import cluster from 'node:cluster'
import { readOptions } from './read-options.ts'
import { Supervisor } from './workers/supervisor.ts'

if (cluster.isWorker) await import('./main.ts')
else {
  const args = process.argv.slice(2)
  const { concurrency, isSupervised, asks, mode } = readOptions(args)
  // Nothing to stand above.
  if (!isSupervised || asks !== undefined || mode === 'validate') await import('./main.ts')
  else new Supervisor(concurrency, args).start()
}
