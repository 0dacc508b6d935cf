import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const rules = ['style/noRestrictedImports', 'suspicious/noImportCycles']

// One fault planted per boundary: a rule that stops matching is seen here, not years later in the imports.
const faults: readonly (readonly [file: string, specifier: string])[] = [
  ['packages/shared/src/net/planted.ts', '@heddle/control/store/open-store'],
  ['packages/shared/src/net/planted-next.ts', 'next/server'],
  ['packages/shared/src/model/planted.ts', '../api/changes.ts'],
  ['packages/engine/src/route/planted.ts', 'node:net'],
  ['packages/engine/src/route/planted-fs.ts', 'node:fs'],
  ['packages/engine/src/route/planted-app.ts', '../../../../apps/proxy/src/main.ts'],
  ['apps/proxy/src/filter/planted.ts', 'node:net'],
  ['apps/proxy/src/message/planted.ts', '../exchange/http-exchange.ts'],
  ['apps/proxy/src/format/planted.ts', '../config/cluster-config.ts'],
  ['apps/proxy/src/codec/http2/planted.ts', '../../pool/endpoint-pool.ts'],
  ['apps/proxy/src/exchange/planted-filter.ts', '../filter/answer-cors.ts'],
  ['apps/proxy/src/filter/planted-listener.ts', '../listener/listener-server.ts'],
  ['apps/proxy/src/telemetry/planted.ts', '../admin/stat.ts'],
  ['apps/proxy/src/health/planted.ts', '../discovery/xds-session.ts'],
  ['apps/proxy/src/filter/planted-pool.ts', '../pool/open-connection.ts'],
  ['apps/proxy/src/exchange/planted.ts', 'node:tls'],
  ['apps/proxy/src/traffic/planted-dns.ts', 'node:dns/promises'],
  ['apps/proxy/src/cluster/planted-dns.ts', 'node:dns'],
  ['apps/proxy/src/pool/planted.ts', '../discovery/start-discovery.ts'],
  ['apps/proxy/src/admin/planted.ts', '../../../control/src/main.ts'],
  ['apps/control/src/http/planted.ts', '@prisma/client'],
  ['apps/control/src/http/planted-generated.ts', '../generated/prisma/client.ts'],
  ['apps/control/src/changes/planted.ts', '../http/server.ts'],
  ['apps/control/src/store/planted.ts', '../access/person.ts'],
  ['apps/control/src/revisions/planted.ts', '../changes/change-view.ts'],
  ['apps/control/src/snapshot/planted-limits.ts', '../limits/limit-rules.ts'],
  ['apps/control/src/rollouts/planted-active.ts', '../active/active-state.ts'],
  ['apps/control/src/live/planted.ts', '../http/authenticate.ts'],
  ['apps/control/src/http/routes/planted.ts', '../../jobs/drive-rollouts.ts'],
  ['packages/engine/src/request/planted.ts', '../match/header-matcher.ts'],
  ['packages/engine/src/retry/planted.ts', '../route/forward-action.ts'],
  ['apps/control/src/rollouts/planted.ts', '../xds/start-xds.ts'],
  ['apps/control/src/snapshot/planted.ts', '../store/store.ts'],
  ['apps/control/src/snapshot/planted-net.ts', 'node:net'],
  ['apps/console/features/graph/planted.ts', '@prisma/client'],
  ['apps/console/features/graph/planted-control.ts', '../../../control/src/main.ts'],
  ['apps/console/ui/planted.ts', 'next/navigation'],
  ['apps/console/ui/planted-feature.ts', '../features/graph/page.tsx'],
  ['apps/cli/src/planted.ts', '@heddle/testkit/start-proxy'],
]

/** Two files that name each other, for a type only. */
const ring: readonly (readonly [file: string, text: string])[] = [
  [
    'packages/engine/src/route/ring.ts',
    "import type { Part } from './ring-part.ts'\n\nexport type Whole = { part: Part }\n",
  ],
  [
    'packages/engine/src/route/ring-part.ts',
    "import type { Whole } from './ring.ts'\n\nexport type Part = { whole: Whole }\n",
  ],
]

const root = path.resolve(import.meta.dirname, '..')
let folder = ''
let reported = new Set<string>()

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heddle-boundaries-'))
  const config = JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8')) as Record<string, unknown>
  writeFileSync(
    path.join(folder, 'biome.json'),
    JSON.stringify({ ...config, $schema: undefined, vcs: { enabled: false } }),
  )
  for (const [file, specifier] of faults) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(folder, file), `import { planted } from '${specifier}'\n\nexport const found = planted\n`)
  }
  for (const [file, text] of ring) writeFileSync(path.join(folder, file), text)
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome')
  const { stdout } = spawnSync(
    process.execPath,
    [biome, 'lint', '--reporter=json', '--max-diagnostics=none', ...rules.map((rule) => `--only=${rule}`), '.'],
    { cwd: folder, encoding: 'utf8' },
  )
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { diagnostics: { location: { path: unknown } }[] }
  reported = new Set(report.diagnostics.map(({ location }) => pathOf(location.path)))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Biome writes the path plainly or as `{ file }`, by version. */
function pathOf(value: unknown): string {
  const text = typeof value === 'string' ? value : String((value as { file?: unknown }).file)
  return text.replace(/^\.\//, '')
}

test.each(faults)('%s may not import %s', (file) => {
  expect(reported).toContain(file)
})

test.each(ring)('%s may not name a file that names it, not even for a type', (file) => {
  expect(reported).toContain(file)
})

test('biome.json holds the boundaries as they are written down', () => {
  const check = spawnSync(process.execPath, [path.join(root, 'tools/write-boundaries.mjs'), '--check'])

  expect(check.status).toBe(0)
})
