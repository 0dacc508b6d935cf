// `npm start`: prepares the clone, then hands over to start.ts on the Node that the packages brought.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { node, prepare, root } from './prepare.mjs'
import { printFailure } from './task-list.mjs'

console.log('\n  Heddle\n')
try {
  await prepare({ build: true })
} catch (error) {
  printFailure(error)
  process.exit(1)
}

const child = spawn(node, [path.join(root, 'tools/start.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
// Ctrl-C reaches the child by itself, as it shares the terminal; a signal sent to us alone is passed on. Twice is once to it.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
