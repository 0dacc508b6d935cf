import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { findProgram } from '../../bench/find-program.ts'

/** Where a public tool comes from when the machine does not have it. */
export type ToolSource =
  /** The first of the packages that can be had; a module's proxy may know an old version alone. */
  | { readonly kind: 'go'; readonly packages: readonly string[]; readonly installs: string }
  | { readonly kind: 'debian'; readonly package: string }

export type FoundTool = { readonly program: string } | { readonly missing: string }

export const toolFolder = path.resolve(import.meta.dirname, '../../.data/tools')
/** Where its installer puts it, which is on nobody's path by itself. */
const usualGo = '/usr/local/go/bin/go'
/** A suite must not wait longer for a tool than it runs. */
const fetchMaxMs = 90_000

/**
 * A tool as it is installed, or as it can be fetched: with Go into `.data/tools`, where later runs find it, or with apt-get for
 * who may. What cannot be had says why.
 */
export function findTool(name: string, source: ToolSource): FoundTool {
  const known = whereIs(name, source)
  if (known !== undefined) return { program: known }
  const failure = source.kind === 'go' ? goInstall(source) : aptInstall(source.package)
  const fetched = whereIs(name, source)
  return fetched === undefined
    ? { missing: failure ?? 'it was installed, and is not on the path' }
    : { program: fetched }
}

function whereIs(name: string, source: ToolSource): string | undefined {
  if (source.kind === 'debian') return findProgram(name)
  const kept = path.join(toolFolder, source.installs)
  if (existsSync(kept)) return kept
  // Go's own folder has programs of every name; only one that is called as the tool is that tool.
  if (source.installs !== name) return undefined
  const own = path.join(homedir(), 'go/bin', name)
  return findProgram(name) ?? (existsSync(own) ? own : undefined)
}

function goInstall(source: Extract<ToolSource, { kind: 'go' }>): string | undefined {
  const go = findProgram('go') ?? (existsSync(usualGo) ? usualGo : undefined)
  if (go === undefined) return 'there is no Go to build it with'
  mkdirSync(toolFolder, { recursive: true })
  let failure: string | undefined
  for (const each of source.packages) {
    console.log(`fetching ${each} into .data/tools`)
    failure = fetchWith(go, ['install', each], { GOBIN: toolFolder })
    if (failure === undefined) break
  }
  return failure
}

function aptInstall(name: string): string | undefined {
  const apt = findProgram('apt-get')
  if (apt === undefined) return 'there is no apt-get to install it with'
  if (process.getuid?.() !== 0) return `only root may install it: apt-get install ${name}`
  console.log(`installing ${name}`)
  const install = ['install', '--yes', '--no-install-recommends', name]
  const noninteractive = { DEBIAN_FRONTEND: 'noninteractive' }
  if (fetchWith(apt, install, noninteractive) === undefined) return undefined
  // A new machine has no list of packages yet.
  fetchWith(apt, ['update'], noninteractive)
  return fetchWith(apt, install, noninteractive)
}

/** Why it failed, in its last line. */
export function fetchWith(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): string | undefined {
  const { status, error, stderr } = spawnSync(program, argv, {
    timeout: fetchMaxMs,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status === 0) return undefined
  const said = (stderr ?? '').trim().split('\n').at(-1) ?? ''
  return error?.message.includes('ETIMEDOUT')
    ? `it could not be had within ${fetchMaxMs / 1000} s`
    : said || 'it failed'
}
