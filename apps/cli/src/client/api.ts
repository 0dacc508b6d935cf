import { type Finding, Problem } from '@heddle/shared/api/problem'
import type { z } from 'zod'
import { findingLine } from '../output/finding-line.ts'
import { CliError, type ExitCode, exitCodes } from './cli-error.ts'
import { readConfig, serverHere } from './config.ts'
import { waitForTurn } from './wait-for-turn.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type CallOptions = {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Where a finding of a refusal stands in the files that were sent. */
  readonly placeOf?: (finding: Finding) => string | undefined
}

export type Api = {
  readonly server: string
  /** Calls `/api/v1<path>` and checks the answer against its schema. Throws `CliError`. */
  call<Schema extends z.ZodType>(
    schema: Schema,
    method: Method,
    path: string,
    options?: CallOptions,
  ): Promise<z.infer<Schema>>
}

/** The API of the control plane this person is signed in to. */
export function signedInApi(): Api {
  const config = readConfig()
  if (!config) {
    throw new CliError(exitCodes.forbidden, 'not signed in', {
      hint: `run \`heddle login --server ${serverHere()}\`, or set HEDDLE_SERVER and HEDDLE_TOKEN`,
    })
  }
  return apiAt(config.server, { authorization: `Bearer ${config.token}` })
}

export function apiAt(server: string, credentials: Readonly<Record<string, string>>): Api {
  return {
    server,
    async call(schema, method, path, { body, headers, placeOf } = {}) {
      const response = await send(server, method, path, { ...credentials, ...headers }, body)
      const text = await response.text()
      const parsed = parseJson(text)
      if (response.status === 401 && credentials.authorization !== undefined) throw tokenIsOver(server)
      if (!response.ok) throw refusal(response.status, parsed, placeOf)
      const checked = schema.safeParse(parsed)
      if (!checked.success) {
        throw new CliError(exitCodes.unavailable, `${method} ${path}: the answer has an unexpected shape`, {
          hint: 'is this command line as new as the control plane?',
          lines: checked.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
        })
      }
      return checked.data
    },
  }
}

/** One exchange with a limit of 30 s; again when the server asks to wait. One that cannot be reached is named. */
export async function send(
  server: string,
  method: Method,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<Response> {
  try {
    return await waitForTurn(() =>
      fetch(`${server.replace(/\/$/, '')}/api/v1${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(30_000),
      }),
    )
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new CliError(exitCodes.unavailable, `cannot reach ${server}: ${cause}`, {
      hint: 'is the control plane running? `npm start` runs one',
    })
  }
}

function tokenIsOver(server: string): CliError {
  const ofEnvironment = process.env.HEDDLE_TOKEN !== undefined
  return new CliError(
    exitCodes.forbidden,
    `the token is not valid at ${server}: it has expired, was revoked, or is another's`,
    {
      hint: ofEnvironment
        ? 'put another one into HEDDLE_TOKEN; `heddle tokens create` makes one'
        : `run \`heddle login --server ${server}\``,
    },
  )
}

/** A problem document as an error of this command line. */
export function refusal(status: number, body: unknown, placeOf?: CallOptions['placeOf']): CliError {
  const problem = Problem.safeParse(body)
  if (!problem.success) return new CliError(exitFor(status), `the control plane answered ${status}`)
  const { code, title, detail, path, hint, problems = [] } = problem.data
  return new CliError(exitFor(status), `${detail ?? title} (${code}${path ? ` at ${path}` : ''})`, {
    hint,
    lines: problems.map((finding) => findingLine(finding, placeOf?.(finding))),
  })
}

function exitFor(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.forbidden
  if (status === 404) return exitCodes.notFound
  if (status >= 500) return exitCodes.unavailable
  return exitCodes.refused
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
