// `npm start`: prepares the clone, then hands over to start.ts on the Node that the packages brought.
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { node, prepare, root } from './prepare.mjs'
import { whenOrphaned } from './start/when-orphaned.mjs'
import { printFailure } from './task-list.mjs'

// Whoever asks what there is to set waits for no packages and no build.
if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(`npm start: run Heddle and the demo shop on this machine.

  HEDDLE_DATA                  data, logs and sign-ins       .data
  HEDDLE_CONSOLE_PORT          console                       3000
  HEDDLE_CONTROL_PORT          REST API                      4000
  HEDDLE_XDS_PORT              ADS                           15010
  HEDDLE_POSTGRES_PORT         embedded PostgreSQL           any free
  DATABASE_URL                 use this PostgreSQL 15+ instead of the embedded one
  HEDDLE_SHOP_PORT             first of the shop's ports     20000
  HEDDLE_SHOP_NET              the instances' loopback net   127.77
  HEDDLE_SHOP_RATE             visitors per second           12
  HEDDLE_ROLLOUT_SOAK_SECONDS  default soak of a stage       15`)
  process.exit(0)
}

// A terminal that was closed takes no words, and what was started is to end all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
// Ctrl-C reaches the child by itself, as it shares the terminal; a signal sent to us alone is passed on. Twice is once to it.
/** @type {(signal: NodeJS.Signals) => unknown} */
let stop = (signal) => process.exit(signal === 'SIGINT' ? 130 : 1)
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => stop(signal))
whenOrphaned(() => stop('SIGTERM'))

console.log('\n  Heddle\n')
try {
  await prepare({ build: true })
} catch (error) {
  printFailure(error)
  process.exit(1)
}

const child = spawn(node, [path.join(root, 'tools/start.ts'), ...process.argv.slice(2)], {
  cwd: root,
  // It learns by the channel that we are gone, however we ended.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
stop = (signal) => child.kill(signal)
child.on('exit', (code, signal) => {
  // Killed outright, it could end nobody.
  if (code !== 0) spawnSync(node, [path.join(root, 'tools/start/end-leftovers.ts'), String(child.pid)], { cwd: root })
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 1))
})
