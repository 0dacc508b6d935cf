import { type AnyObject, apiVersionOf, isKind, type Kind, kinds } from './any-object.ts'
import { describeIssue } from './describe-issue.ts'
import { didYouMean } from './did-you-mean.ts'
import type { ModelProblem } from './model-problem.ts'
import type { Repair } from './repair.ts'

export type ParsedObject<Object extends AnyObject = AnyObject> =
  | { readonly kind: 'valid'; readonly object: Object }
  | { readonly kind: 'invalid'; readonly problems: readonly [ModelProblem, ...ModelProblem[]] }

/** Problems of one object that are reported; the first hundred are enough to go on. */
const problemsMax = 100

/**
 * Reads an object of any kind strictly. Never throws.
 *
 * Nothing is dropped and nothing is filled in, except a namespace that is left out: what comes out is what was
 * written, so that its hash and its diff are the author's.
 */
export function parseObject(value: unknown): ParsedObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse({ code: 'HED-103', path: '', message: 'not an object with apiVersion, kind, metadata and spec' })
  }
  const kind = Object.hasOwn(value, 'kind') ? (value as { kind?: unknown }).kind : undefined
  if (typeof kind !== 'string') {
    return refuse({
      code: kind === undefined ? 'HED-104' : 'HED-103',
      path: '/kind',
      message: kind === undefined ? 'kind: is missing' : 'kind: must be a text',
      fix: `One of ${Object.keys(kinds).join(', ')}.`,
    })
  }
  if (!isKind(kind)) return refuse(unknownKind(kind))

  const wrongVersion = versionProblem(kind, (value as { apiVersion?: unknown }).apiVersion)
  if (wrongVersion) return refuse(wrongVersion)

  const { schema } = kinds[kind]
  const result = schema.safeParse(value)
  if (result.success) return { kind: 'valid', object: result.data }
  const [first, ...rest] = result.error.issues.flatMap((issue) => describeIssue(schema, value, issue))
  // A failed parse always has an issue; the fallback only satisfies the type.
  return refuse(first ?? { code: 'HED-103', path: '', message: 'not readable' }, rest.slice(0, problemsMax - 1))
}

function refuse(first: ModelProblem, rest: readonly ModelProblem[] = []): ParsedObject {
  return { kind: 'invalid', problems: [first, ...rest] }
}

/** Kinds of the same standards that people will try. */
const notYetKinds = [
  'GRPCRoute',
  'TCPRoute',
  'TLSRoute',
  'UDPRoute',
  'Gateway',
  'GatewayClass',
  'ReferenceGrant',
  'BackendTLSPolicy',
  'VirtualService',
  'ServiceEntry',
  'Sidecar',
  'EnvoyFilter',
  'WorkloadGroup',
  'PeerAuthentication',
  'RequestAuthentication',
  'Telemetry',
  'HealthCheck',
  'ProxyExtension',
]

function unknownKind(kind: string): ModelProblem {
  if (notYetKinds.includes(kind)) {
    const fix = kind === 'VirtualService' ? 'Write an HTTPRoute.' : `Supported: ${Object.keys(kinds).join(', ')}.`
    return { code: 'HED-102', path: '/kind', message: `not supported yet: kind ${kind}`, fix }
  }
  const near = didYouMean(kind, Object.keys(kinds))
  return {
    code: 'HED-107',
    path: '/kind',
    message: `kind: "${kind.slice(0, 80)}" is not a kind`,
    fix: near ? `Did you mean "${near}"?` : `One of ${Object.keys(kinds).join(', ')}.`,
    ...(near ? { repair: { kind: 'put', path: '/kind', value: near } } : {}),
  }
}

function versionProblem(kind: Kind, found: unknown): ModelProblem | undefined {
  const wanted = apiVersionOf(kind)
  if (found === wanted) return undefined
  const was: readonly string[] = kinds[kind].was
  const path = '/apiVersion'
  const fix = `Write "apiVersion: ${wanted}".`
  const repair: Repair = { kind: 'put', path, value: wanted }
  if (found === undefined) return { code: 'HED-104', path, message: 'apiVersion: is missing', fix, repair }
  const why = typeof found === 'string' && was.includes(found) ? 'is an older version' : 'is not the version'
  const message = `apiVersion: ${JSON.stringify(found)?.slice(0, 80)} ${why} of ${kind}`
  return { code: 'HED-107', path, message, fix, repair }
}
