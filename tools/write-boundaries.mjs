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
  [
    ['apps/proxy/src/filter/**'],
    [
      otherApps('proxy'),
      testkit,
      prisma,
      dns,
      modules(sockets, 'filters see exchanges, never sockets'),
      folders(['listener', 'codec', 'tunnel', 'pool', 'discovery'], 'filters see exchanges only'),
    ],
  ],
  [
    ['apps/proxy/src/{exchange,cluster,format}/**'],
    [
      otherApps('proxy'),
      testkit,
      prisma,
      dns,
      modules(sockets, 'sockets stay at the edge'),
      folders(['discovery'], 'configuration arrives as a value'),
    ],
  ],
  [
    ['apps/proxy/src/{listener,codec,tunnel,pool,traffic}/**'],
    [otherApps('proxy'), testkit, prisma, dns, folders(['discovery'], 'configuration arrives as a value')],
  ],
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
