import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const Port = z.coerce.number().int().min(0).max(65_535)
const SeedUser = z.strictObject({
  username: z.string().min(1).max(128),
  displayName: z.string().min(1).max(128),
  role: z.enum(['viewer', 'editor', 'approver', 'admin']),
  password: z.string().min(8).max(256),
})

const Env = z.object({
  DATABASE_URL: z.string().optional(),
  HEDDLE_BIND: z.string().default('127.0.0.1'),
  HEDDLE_DATA: z.string().default('.data'),
  HEDDLE_CONTROL_PORT: Port.default(4000),
  HEDDLE_XDS_PORT: Port.default(15_010),
  HEDDLE_ORIGINS: z.string().default('http://localhost:3000'),
  HEDDLE_CONSOLE_KEY: z.string().min(16).max(256).optional(),
  HEDDLE_ROLLOUT_SOAK_SECONDS: z.coerce.number().min(0).max(86_400).default(60),
  HEDDLE_SEED_USERS: z.string().optional(),
  HEDDLE_SEED_USERS_FILE: z.string().optional(),
})

export type SeedUser = z.infer<typeof SeedUser>
export type Settings = Omit<z.infer<typeof Env>, 'HEDDLE_SEED_USERS' | 'HEDDLE_SEED_USERS_FILE' | 'HEDDLE_ORIGINS'> & {
  readonly origins: ReadonlySet<string>
  readonly seedUsers: readonly SeedUser[]
}

/** The environment, read strictly; throws with one line that names the variable. */
export function readEnv(env: NodeJS.ProcessEnv): Settings {
  const result = Env.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (!result.success) {
    const [issue] = result.error.issues
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { HEDDLE_SEED_USERS: users, HEDDLE_SEED_USERS_FILE: file, HEDDLE_ORIGINS: origins, ...rest } = result.data
  const text = users ?? (file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '[]')
  return {
    ...rest,
    origins: new Set(
      origins
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    ),
    seedUsers: readUsers(text, users === undefined ? 'HEDDLE_SEED_USERS_FILE' : 'HEDDLE_SEED_USERS'),
  }
}

/** Without what was written: passwords stand in it. */
function readUsers(text: string, name: string): SeedUser[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${name} is not JSON`)
  }
  const users = z.array(SeedUser).safeParse(value)
  if (users.success) return users.data
  const [issue] = users.error.issues
  throw new Error(`${name}: /${issue?.path.join('/')}: ${issue?.message}`)
}
