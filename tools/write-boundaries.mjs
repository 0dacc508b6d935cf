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

const transports = folders(['http', 'live', 'xds', 'otlp', 'rls', 'jobs'], 'the rules know no transport')
// The generated codecs of the shared package lie in folders of these names, and are not transports of ours.
transports.group = ['http', 'live', 'xds', 'otlp', 'rls', 'jobs'].flatMap((name) => [
  `../${name}/**`,
  `../../${name}/**`,
])

/** The rooms of the data plane, from the ground up: each uses only what stands below it. */
const floors = [
  ['net', 'clock', 'message', 'counts'],
  ['format'],
  ['config'],
  ['resources', 'identity', 'overload', 'dns'],
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

/** @type {(room: string) => [string[], { group: string[], message: string }[]]} */
function roomRule(room) {
  const level = floors.findIndex((floor) => floor.includes(room))
  const others = floors
    .slice(level)
    .flat()
    .filter((name) => name !== room)
  const patterns = [otherApps('proxy'), testkit, prisma]
  if (others.length > 0) {
    const group = others.flatMap((name) => [`../${name}/**`, `../../${name}/**`])
    patterns.push({ group, message: 'a room uses what stands below it' })
  }
  if (withoutNames.includes(room)) patterns.push(dns, folders(['discovery'], 'configuration arrives as a value'))
  if (withoutSockets.includes(room)) patterns.push(modules(sockets, 'sockets stay at the edge'))
  if (room === 'filter') patterns.push(folders(['codec', 'pool'], 'filters see exchanges only'))
  return [[`apps/proxy/src/${room}/**`], patterns]
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
  [['apps/cli/src/**'], [otherApps('cli'), testkit, prisma]],
  [['apps/proxy/src/**'], [otherApps('proxy'), testkit, prisma]],
  ...floors.flat().map((room) => roomRule(room)),
  [['apps/control/src/**'], [otherApps('control'), testkit, prisma]],
  [['apps/control/src/store/**'], [otherApps('control'), testkit]],
  [
    ['apps/control/src/{changes,approvals,rollouts,catalog,authority,access,audit,revisions,signals}/**'],
    [otherApps('control'), testkit, prisma, transports],
  ],
  [
    ['apps/control/src/{snapshot,simulate,validate}/**'],
    [otherApps('control'), testkit, prisma, transports, modules(io, 'pure'), folders(['store'], 'pure')],
  ],
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
