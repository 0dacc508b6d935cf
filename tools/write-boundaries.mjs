// Writes the import boundaries into biome.json. Biome lets a later override replace an earlier one's options, so each
// folder's list must be whole; here the shared parts are written once. `--check` fails when biome.json is not up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const file = path.resolve(import.meta.dirname, '../biome.json')
const apps = ['proxy', 'control', 'console', 'cli']
const sockets = ['node:net', 'node:tls', 'node:http', 'node:https', 'node:http2', 'node:dgram', 'ws']
const io = [...sockets, 'node:fs', 'node:fs/promises', 'node:child_process', 'node:dns']
const prisma = { group: ['@prisma/**', '**/generated/prisma/**', 'pg'], message: 'only store/ speaks to the database' }
const testkit = { group: ['@heddle/testkit', '@heddle/testkit/**'], message: 'the testkit is for tests' }
const frameworks = {
  group: ['next', 'next/**', 'react', 'react-dom', 'fastify', 'fastify/**', '@fastify/**'],
  message: 'packages know no framework',
}

/** Every other app, by package name and by relative path: apps meet on the wire. */
const otherApps = (/** @type {string} */ own) => ({
  group: apps
    .filter((app) => app !== own)
    .flatMap((app) => [`@heddle/${app}`, `@heddle/${app}/**`, `**/apps/${app}/**`, `**/../${app}/src/**`]),
  message: 'apps meet on the wire',
})
const allApps = {
  group: apps.flatMap((app) => [`@heddle/${app}`, `@heddle/${app}/**`, `**/apps/**`]),
  message: 'packages know no app',
}
const folders = (/** @type {string[]} */ names, /** @type {string} */ message) => ({
  group: names.map((name) => `**/${name}/**`),
  message,
})
const modules = (/** @type {string[]} */ names, /** @type {string} */ message) => ({ group: names, message })
const dns = modules(['node:dns', 'node:dns/promises'], 'only dns/ asks for names, off the request path')

const transports = folders(['http', 'live', 'xds', 'otlp', 'jobs'], 'the rules know no transport')
// The generated codecs of the shared package lie in folders of these names, and are not transports of ours.
transports.group = ['http', 'live', 'xds', 'otlp', 'jobs'].flatMap((name) => [`../${name}/**`, `../../${name}/**`])

/** The rooms of the data plane, from the ground up: each uses only what stands below it. */
const proxyFloors = [
  ['net', 'clock', 'message', 'counts'],
  ['format'],
  ['config'],
  ['resources', 'identity', 'overload', 'dns'],
  ['runtime'],
  ['bootstrap', 'codec'],
  ['pool'],
  ['cluster', 'grpc'],
  ['exchange', 'health', 'discovery'],
  ['filter', 'tunnel'],
  ['listener'],
  ['traffic'],
  ['telemetry'],
  ['admin'],
  ['workers'],
]
const withoutSockets = ['clock', 'message', 'format', 'cluster', 'exchange', 'filter']
const withoutNames = [...withoutSockets, 'listener', 'codec', 'tunnel', 'pool', 'traffic']

/** The rooms of the control plane, from the ground up. */
const controlFloors = [
  ['load'],
  ['store', 'catalog'],
  ['access', 'audit', 'revisions', 'snapshot'],
  ['limits', 'validate', 'xds'],
  ['proxies'],
  ['rollouts'],
  ['active'],
  ['signals'],
  ['otlp', 'simulate', 'live'],
  ['changes'],
  ['jobs', 'http'],
]
const withoutStore = ['simulate', 'snapshot', 'validate']
const withoutTransports = [
  ...withoutStore,
  ...['access', 'active', 'audit', 'catalog', 'changes', 'revisions', 'rollouts', 'signals'],
]

/** The rooms of the engine, from the ground up. */
const engineFloors = [
  ['request', 'path', 'mutate', 'grpc', 'buffer', 'runtime'],
  ['match', 'session', 'outlier'],
  ['authz', 'cors', 'csrf', 'fault', 'hash', 'health', 'limit', 'metadata'],
  ['balance'],
  ['retry'],
  ['route'],
  ['filter'],
  ['explain'],
]

/** @type {(floors: string[][], room: string) => { group: string[], message: string }[]} */
function notUpwards(floors, room) {
  const level = floors.findIndex((floor) => floor.includes(room))
  const others = floors
    .slice(level)
    .flat()
    .filter((name) => name !== room)
  if (others.length === 0) return []
  const group = others.flatMap((name) => [`../${name}/**`, `../../${name}/**`])
  return [{ group, message: 'a room uses what stands below it' }]
}

/** @type {(room: string) => [string[], { group: string[], message: string }[]]} */
function proxyRoom(room) {
  const patterns = [otherApps('proxy'), testkit, prisma, ...notUpwards(proxyFloors, room)]
  if (withoutNames.includes(room)) patterns.push(dns, folders(['discovery'], 'configuration arrives as a value'))
  if (withoutSockets.includes(room)) patterns.push(modules(sockets, 'sockets stay at the edge'))
  if (room === 'filter') patterns.push(folders(['codec', 'pool'], 'filters see exchanges only'))
  return [[`apps/proxy/src/${room}/**`], patterns]
}

/** @type {(room: string) => [string[], { group: string[], message: string }[]]} */
function controlRoom(room) {
  const patterns = [otherApps('control'), testkit, ...notUpwards(controlFloors, room)]
  if (room !== 'store') patterns.push(prisma)
  if (withoutTransports.includes(room)) patterns.push(transports)
  if (withoutStore.includes(room)) patterns.push(modules(io, 'pure'), folders(['store'], 'pure'))
  return [[`apps/control/src/${room}/**`], patterns]
}

/** @type {(room: string) => [string[], { group: string[], message: string }[]]} */
function engineRoom(room) {
  const patterns = [allApps, frameworks, testkit, modules(io, 'the engine is pure'), ...notUpwards(engineFloors, room)]
  return [[`packages/engine/src/${room}/**`], patterns]
}

/** @type {[string[], { group: string[], message: string }[]][]} */
const rules = [
  [
    ['packages/shared/src/**'],
    [allApps, frameworks, testkit, modules(['@heddle/engine/**'], 'shared depends on nothing of ours')],
  ],
  [
    ['packages/shared/src/model/**'],
    [
      allApps,
      frameworks,
      testkit,
      modules(['@heddle/**', '../api/**', '../xds/**', '../otlp/**'], 'the model imports nothing of ours'),
    ],
  ],
  [['packages/engine/src/**'], [allApps, frameworks, testkit, modules(io, 'the engine is pure')]],
  ...engineFloors.flat().map((room) => engineRoom(room)),
  [['apps/cli/src/**'], [otherApps('cli'), testkit, prisma]],
  [['apps/proxy/src/**'], [otherApps('proxy'), testkit, prisma]],
  ...proxyFloors.flat().map((room) => proxyRoom(room)),
  [['apps/control/src/**'], [otherApps('control'), testkit, prisma]],
  ...controlFloors.flat().map((room) => controlRoom(room)),
  [['apps/console/**'], [otherApps('console'), testkit, prisma]],
  [
    ['apps/console/ui/**'],
    [
      otherApps('console'),
      testkit,
      prisma,
      modules(
        ['next/navigation', 'next/router', 'next/link', '@tanstack/**', '@heddle/**', '#paths', '#control/**'],
        'ui knows no router and no data',
      ),
      modules(['#features/**', '#app/**', '**/features/**', '**/control/**'], 'ui knows no mesh nouns'),
    ],
  ],
]

const overrides = [
  {
    includes: [
      '**/*.test.ts',
      '**/*.test.tsx',
      '**/test/**',
      'packages/testkit/**',
      'tools/**',
      'e2e/**',
      'bench/**',
      'conformance/**',
      '*.config.ts',
    ],
    linter: {
      rules: { correctness: { noUndeclaredDependencies: 'off' }, complexity: { noExcessiveLinesPerFunction: 'off' } },
    },
  },
  ...rules.map(([includes, patterns]) => ({
    includes: [...includes, '!**/*.test.ts', '!**/*.test.tsx'],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
  })),
  {
    includes: [
      '**/*.ts',
      '**/*.tsx',
      '!apps/console/app/**',
      '!*.config.ts',
      '!apps/console/*.config.ts',
      '!tools/closing-line.ts',
    ],
    linter: { rules: { style: { noDefaultExport: 'error' } } },
  },
]

const text = readFileSync(file, 'utf8')
const written = `${JSON.stringify({ ...JSON.parse(text), overrides }, null, 2)}\n`
if (process.argv.includes('--check')) {
  if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(JSON.parse(written))) {
    console.error('biome.json does not hold the boundaries: run node tools/write-boundaries.mjs')
    process.exitCode = 1
  }
} else writeFileSync(file, written)
