// Runs the whole of Heddle on this machine: PostgreSQL, control plane, console, and the demo shop with a sidecar beside
// each instance and visitors in front. Everything ends with Ctrl-C. `npm start` prepares the clone and comes here.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkDatabase, DatabaseUnusable } from '../apps/control/src/store/check-database.ts'
import { startEmbeddedPostgres } from '../apps/control/src/store/embedded-postgres.ts'
import { instances } from '../demo/shop/src/instances.ts'
import { proxyEnvironment, proxyFlags } from './proxy-flags.ts'
import { sidecarBootstrap } from './sidecar-bootstrap.ts'
import { checkPorts } from './start/check-ports.ts'
import { signIn } from './start/mesh-client.ts'
import { processGroup } from './start/process-group.ts'
import { seedMesh } from './start/seed-mesh.ts'
import { demoUsers, readSettings } from './start/settings.ts'
import { assertNotRunning, stopLeftovers } from './start/stop-leftovers.ts'
import { answers, waitUntil } from './start/wait-until.ts'
import { PlainError, printFailure, task } from './task-list.mjs'

const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)))

/** Undone in reverse, whatever happened in between. */
const cleanup: (() => Promise<unknown>)[] = []
let isStopping = false
async function stop(exitCode: number): Promise<never> {
  if (isStopping) return new Promise(() => undefined)
  isStopping = true
  console.log('')
  for (const undo of cleanup.reverse()) await undo().catch(printFailure)
  process.exit(exitCode)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
// Whoever started us is gone, and could not tell us.
process.once('disconnect', () => void stop(1))
// A terminal that was closed takes no words, and what was started is to end all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

try {
  await main()
} catch (error) {
  if (!isStopping) printFailure(error)
  await stop(1)
}

async function main(): Promise<void> {
  const settings = readSettings(root, process.env)
  const { dataFolder, consolePort, controlPort, xdsPort } = settings
  const shop = instances(settings.shopNet, settings.shopPort)
  const controlUrl = `http://127.0.0.1:${controlPort}`
  const consoleUrl = `http://localhost:${consolePort}`
  const logs = path.join(dataFolder, 'logs')
  const pidFile = path.join(dataFolder, 'pids.json')
  mkdirSync(logs, { recursive: true })
  assertNotRunning(pidFile, root)
  await stopLeftovers(pidFile, root)
  await checkPorts([
    { host: '127.0.0.1', port: consolePort, what: 'the console', setting: 'HEDDLE_CONSOLE_PORT' },
    { host: '127.0.0.1', port: controlPort, what: 'the control plane', setting: 'HEDDLE_CONTROL_PORT' },
    { host: '127.0.0.1', port: xdsPort, what: 'the xDS server', setting: 'HEDDLE_XDS_PORT' },
    ...shop.flatMap(({ address, servicePort, appPort, outboundPort, adminPort, name }) => [
      { host: address, port: servicePort, what: name, setting: 'HEDDLE_SHOP_NET' },
      ...[appPort, outboundPort, adminPort].map((port) => ({
        host: '127.0.0.1',
        port,
        what: name,
        setting: 'HEDDLE_SHOP_PORT',
      })),
    ]),
  ])

  const given = settings.databaseUrl
  if (given !== undefined) await task('Database', () => checkDatabase(given).catch(plainly))
  const databaseUrl =
    given ??
    (await task('PostgreSQL', async () => {
      const postgres = await startEmbeddedPostgres({
        folder: path.join(dataFolder, 'postgres'),
        port: settings.postgresPort,
        onSpawn: (stopIt) => void cleanup.push(() => task('Stop PostgreSQL', stopIt)),
      })
      return postgres.url
    }))

  const group = processGroup(logs, pidFile)
  cleanup.push(() => task('Stop processes', () => group.stop(10_000)))
  const node = process.execPath
  const users = demoUsers(dataFolder)

  await task('Control plane', async () => {
    group.start({
      name: 'control',
      argv: [node, path.join(root, 'apps/control/dist/main.js')],
      cwd: root,
      restart: true,
      env: {
        DATABASE_URL: databaseUrl,
        HEDDLE_DATA: dataFolder,
        HEDDLE_CONTROL_PORT: String(controlPort),
        HEDDLE_XDS_PORT: String(xdsPort),
        HEDDLE_ORIGINS: [consoleUrl, `http://127.0.0.1:${consolePort}`, controlUrl].join(','),
        HEDDLE_SEED_USERS: JSON.stringify(users),
        HEDDLE_ROLLOUT_SOAK_SECONDS: String(settings.soakSeconds),
      },
    })
    await waitUntil('the control plane', () => answers(`${controlUrl}/healthz/ready`), {
      limitMs: 30_000,
      alive: () => group.assertAlive('control'),
    })
  })

  group.start({
    name: 'console',
    argv: [
      node,
      path.join(root, 'node_modules/next/dist/bin/next'),
      'start',
      '-H',
      '127.0.0.1',
      '-p',
      String(consolePort),
    ],
    cwd: path.join(root, 'apps/console'),
    restart: true,
    env: { HEDDLE_CONTROL_URL: controlUrl, NEXT_TELEMETRY_DISABLED: '1' },
  })

  const [editor, approver] = await Promise.all(
    users
      .filter(({ role }) => role !== 'viewer')
      .map(({ username, password }) => signIn(controlUrl, username, password)),
  )
  if (!editor || !approver) throw new Error('the demo has an editor and an approver')
  await task('Services and first policies', () => seedMesh(root, editor, approver))

  await task(`Shop: ${shop.length} instances, ${shop.length} sidecars`, async (note) => {
    for (const instance of shop) {
      const folder = path.join(dataFolder, 'sidecars', instance.name)
      mkdirSync(folder, { recursive: true })
      const bootstrap = path.join(folder, 'bootstrap.yaml')
      writeFileSync(
        bootstrap,
        sidecarBootstrap(instance, {
          xds: { host: '127.0.0.1', port: xdsPort },
          outboundHost: '127.0.0.1',
          appHost: '127.0.0.1',
        }),
      )
      group.start({
        name: instance.name,
        argv: [node, path.join(root, 'demo/shop/dist/service-main.js')],
        restart: true,
        env: {
          SERVICE: instance.service,
          VERSION: instance.version,
          PORT: String(instance.appPort),
          OUTBOUND: `127.0.0.1:${instance.outboundPort}`,
        },
      })
      group.start({
        name: `${instance.name}-sidecar`,
        argv: [
          node,
          ...proxyFlags,
          path.join(root, 'apps/proxy/bin/heddle-proxy.mjs'),
          '-c',
          bootstrap,
          '--state-dir',
          path.join(folder, 'state'),
        ],
        restart: true,
        env: { ...proxyEnvironment, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${xdsPort}` },
      })
    }
    let ready = 0
    await Promise.all(
      shop.map(async ({ name, adminPort }) => {
        await waitUntil(`${name}'s sidecar`, () => answers(`http://127.0.0.1:${adminPort}/healthz/ready`), {
          limitMs: 60_000,
          alive: () => group.assertAlive(`${name}-sidecar`),
        })
        note(`${++ready} of ${shop.length} ready`)
      }),
    )
  })

  await task('Visitors', async () => {
    group.start({
      name: 'visitors',
      argv: [node, path.join(root, 'demo/shop/dist/traffic-main.js')],
      restart: true,
      env: {
        TARGETS: shop
          .filter(({ service }) => service === 'web')
          .map(({ address, servicePort }) => `${address}:${servicePort}`)
          .join(','),
        JOURNEYS_PER_SECOND: String(settings.journeysPerSecond),
      },
    })
  })

  await task('Console', () =>
    waitUntil('the console', () => answers(`http://127.0.0.1:${consolePort}/sign-in`), {
      limitMs: 60_000,
      alive: () => group.assertAlive('console'),
    }),
  )

  await task('Live graph', (note) =>
    waitUntil(
      'the graph',
      async () => {
        const { edges } = (await editor.call('GET', '/graph')) as {
          edges: readonly { readonly signals: { readonly requests: number } }[]
        }
        const live = edges.filter(({ signals }) => signals.requests > 0).length
        note(`${live} edges carry traffic`)
        return live >= 10
      },
      { limitMs: 30_000 },
    ),
  )
  const width = Math.max(...users.map(({ username }) => username.length))
  // The editor and the approver come first; the others are there when they are needed.
  const labels = ['Sign in ', '        ', 'Others  ']
  console.log(`
  Console   ${consoleUrl}
${users.map(({ username, password, role }, index) => `  ${labels[index] ?? '        '}  ${username.padEnd(width)}  ${password}   (${role})`).join('\n')}
  API       ${controlUrl}/api/v1/openapi.json
  Data      ${dataFolder}
  Logs      ${logs}
  Try       npx heddle login --server ${controlUrl} --username erin
            npx heddle get policies
  Stop      Ctrl-C
`)
}

function plainly(error: unknown): never {
  throw error instanceof DatabaseUnusable ? new PlainError(error.message, 'see DATABASE_URL') : error
}
