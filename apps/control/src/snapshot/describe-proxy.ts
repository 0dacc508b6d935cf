import { isIpv4, isIpv6 } from '@heddle/shared/model/ip-address'
import { z } from 'zod'
import type { ProxyDescription } from './proxy-description.ts'

const Address = z.string().refine((text) => isIpv4(text) || isIpv6(text), { error: 'must be an IP address' })
const Port = z.coerce.number().pipe(z.int().min(1).max(65_535))
const Name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)

/** The database's texts cannot hold a NUL. */
const Text = z.string().regex(/^[^\0]*$/)

const Locality = z.object({ region: Text.max(253), zone: Text.max(253) })

/** Kept for each proxy, and told to every replica. */
const labelsMax = 128

/** What sidecars write into `node.metadata`. Fields of other tools beside ours are none of our business. */
const NodeMetadata = z.object({
  NAMESPACE: Name,
  WORKLOAD_NAME: Name,
  SERVICE: Name,
  SERVICE_ACCOUNT: Name.default('default'),
  INSTANCE_IPS: z.array(Address).max(16).default([]),
  LABELS: z
    .record(Text.max(320), Text.max(63))
    .refine((labels) => Object.keys(labels).length <= labelsMax, { error: `must be at most ${labelsMax} labels` })
    .default({}),
  TELEMETRY: z.object({ cluster: Text.min(1).max(253) }).optional(),
  RATE_LIMITS: z.object({ cluster: Text.min(1).max(253) }).optional(),
  OUTBOUND: z.object({ address: Address, port: Port }).optional(),
  INBOUND: z
    .array(
      z.object({
        port: Port,
        protocol: z.enum(['http', 'tcp']).default('http'),
        app: z.object({ address: Address, port: Port }),
      }),
    )
    .max(64)
    .default([]),
})

export type ProxyNode = {
  readonly id: string
  readonly userAgentName: string
  readonly metadata: unknown
  readonly locality: { readonly region: string; readonly zone: string } | undefined
}

export type DescribedProxy =
  | { readonly kind: 'known'; readonly proxy: ProxyDescription }
  | { readonly kind: 'refused'; readonly reason: string }

/** Reads an xDS node. A gRPC client needs no metadata: its namespace is then the one of its node id, or `default`. */
export function describeProxy(node: ProxyNode): DescribedProxy {
  if (node.id === '') return { kind: 'refused', reason: 'node.id is empty' }
  if (!/^[\x21-\x7e]{1,253}$/.test(node.id)) {
    return { kind: 'refused', reason: 'node.id is not 1 to 253 visible ASCII characters' }
  }
  const dialect = dialectOf(node.userAgentName)
  const located = Locality.safeParse({ region: node.locality?.region ?? '', zone: node.locality?.zone ?? '' })
  if (!located.success) return { kind: 'refused', reason: `node.locality.${issueOf(located.error)}` }
  const locality = located.data
  if (dialect === 'grpc' && !hasFields(node.metadata)) {
    // "sidecar~<ip>~<workload>.<namespace>~<domain>"
    const namespace = /\.([a-z0-9-]+)$/.exec(node.id.split('~')[2] ?? '')?.[1] ?? 'default'
    return { kind: 'known', proxy: { ...bareClient, nodeId: node.id, namespace, locality } }
  }
  const result = NodeMetadata.safeParse(node.metadata ?? {})
  if (!result.success) return { kind: 'refused', reason: `node.metadata.${issueOf(result.error)}` }
  const metadata = result.data
  return {
    kind: 'known',
    proxy: {
      nodeId: node.id,
      dialect,
      namespace: metadata.NAMESPACE,
      workload: metadata.WORKLOAD_NAME,
      service: metadata.SERVICE,
      serviceAccount: metadata.SERVICE_ACCOUNT,
      labels: metadata.LABELS,
      instanceIps: metadata.INSTANCE_IPS,
      inbound: metadata.INBOUND,
      outbound: metadata.OUTBOUND,
      ...(metadata.TELEMETRY && { telemetryCluster: metadata.TELEMETRY.cluster }),
      // The control plane answers both; a bootstrap file from before it counted limits names the first one only.
      rateLimitCluster: (metadata.RATE_LIMITS ?? metadata.TELEMETRY)?.cluster,
      locality,
    },
  }
}

function issueOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`
}

const bareClient = {
  dialect: 'grpc',
  workload: '',
  service: '',
  serviceAccount: 'default',
  labels: {},
  instanceIps: [],
  inbound: [],
  outbound: undefined,
} as const

/** C-core puts platform and language behind "gRPC", so the beginning decides. */
function dialectOf(userAgentName: string): ProxyDescription['dialect'] {
  if (userAgentName.startsWith('gRPC')) return 'grpc'
  return userAgentName === 'envoy' ? 'envoy' : 'heddle'
}

function hasFields(metadata: unknown): boolean {
  return typeof metadata === 'object' && metadata !== null && 'NAMESPACE' in metadata
}
