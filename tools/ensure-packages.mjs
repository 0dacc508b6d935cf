// What drills need of the system: a firewall that drops packets, one that redirects them, a network of their own, a clock that can be set.
// On Debian as root what is missing is installed; elsewhere those drills say that they are left out.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** Package, and a file of it; programs of the administrator may be on nobody's path. */
const wanted = [
  { name: 'iproute2', files: programs('ip') },
  { name: 'iptables', files: programs('iptables') },
  { name: 'nftables', files: programs('nft') },
  {
    name: 'faketime',
    files: ['x86_64', 'aarch64'].map((each) => `/usr/lib/${each}-linux-gnu/faketime/libfaketime.so.1`),
  },
]

/** @param {string} name */
function programs(name) {
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map((folder) => path.join(folder, name))
}

const missing = () => wanted.filter(({ files }) => !files.some((file) => existsSync(file))).map(({ name }) => name)

/** @returns {string | undefined} what is still missing, and why */
export function ensurePackages() {
  const names = missing()
  if (names.length === 0) return undefined
  const says = `not installed: ${names.join(', ')}`
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return `${says}; only root may, with apt-get`
  spawnSync('apt-get', ['update', '-qq'], { timeout: 300_000 })
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { error, stderr } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    encoding: 'utf8',
    timeout: 600_000,
    env,
  })
  if (missing().length === 0) return undefined
  return `${says}; apt-get: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
}
