import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PlainError } from '../task-list.mjs'

/** What `npm start` can be told by environment; every value has a default. */
export type Settings = {
  readonly root: string
  readonly dataFolder: string
  readonly consolePort: number
  readonly controlPort: number
  readonly xdsPort: number
  /** 0: any free one. */
  readonly postgresPort: number
  /** First of the ports of the shop's instances, ten each. */
  readonly shopPort: number
  /** First two octets of the instances' loopback addresses. */
  readonly shopNet: string
  readonly journeysPerSecond: number
  readonly databaseUrl: string | undefined
  readonly soakSeconds: number
}

export function readSettings(root: string, env: NodeJS.ProcessEnv): Settings {
  const port = (name: string, preset: number) => {
    const value = env[name] === undefined || env[name] === '' ? preset : Number(env[name])
    if (!Number.isInteger(value) || value < 0 || value > 65_000) {
      throw new PlainError(`${name}=${env[name]} is not a port`, `leave it out for ${preset}`)
    }
    return value
  }
  const number = (name: string, preset: number) => {
    const value = env[name] === undefined || env[name] === '' ? preset : Number(env[name])
    if (!Number.isFinite(value) || value < 0) throw new PlainError(`${name}=${env[name]} is not a number`)
    return value
  }
  const shopNet = env.HEDDLE_SHOP_NET ?? '127.77'
  if (!/^127\.\d{1,3}$/.test(shopNet) || Number(shopNet.slice(4)) > 255) {
    throw new PlainError(`HEDDLE_SHOP_NET=${shopNet} is not a loopback net`, 'give two octets, as 127.77')
  }
  return {
    root,
    dataFolder: path.resolve(root, env.HEDDLE_DATA ?? '.data'),
    consolePort: port('HEDDLE_CONSOLE_PORT', 3000),
    controlPort: port('HEDDLE_CONTROL_PORT', 4000),
    xdsPort: port('HEDDLE_XDS_PORT', 15_010),
    postgresPort: port('HEDDLE_POSTGRES_PORT', 0),
    shopPort: port('HEDDLE_SHOP_PORT', 20_000),
    shopNet,
    journeysPerSecond: number('HEDDLE_SHOP_RATE', 12),
    databaseUrl: env.DATABASE_URL || undefined,
    soakSeconds: number('HEDDLE_ROLLOUT_SOAK_SECONDS', 15),
  }
}

export type DemoUser = {
  readonly username: string
  readonly displayName: string
  readonly role: 'editor' | 'approver' | 'viewer'
  readonly password: string
}

const people: readonly Omit<DemoUser, 'password'>[] = [
  { username: 'erin', displayName: 'Erin Editor', role: 'editor' },
  { username: 'avery', displayName: 'Avery Approver', role: 'approver' },
  { username: 'vera', displayName: 'Vera Viewer', role: 'viewer' },
  // A change of high risk asks for two.
  { username: 'alex', displayName: 'Alex Approver', role: 'approver' },
]

/**
 * The people of the demo: who writes, who approves, who only looks, and a second approver. Made once with random passwords and kept readable by
 * the owner only; a data folder of before gets those that it lacks.
 */
export function demoUsers(dataFolder: string): readonly DemoUser[] {
  const file = path.join(dataFolder, 'sign-ins.json')
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoUser[]) : [] // written below
  const missing = people.filter(({ username }) => !known.some((each) => each.username === username))
  if (missing.length === 0) return known
  const users = [...known, ...missing.map((each) => ({ ...each, password: randomBytes(9).toString('base64url') }))]
  mkdirSync(dataFolder, { recursive: true })
  writeFileSync(file, `${JSON.stringify(users, null, 2)}\n`, { mode: 0o600 })
  return users
}
