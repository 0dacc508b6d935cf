import { z } from 'zod'
import { ConsistentHash } from './consistent-hash.ts'
import { PortNumber } from './dns-name.ts'
import { GoDuration } from './duration.ts'
import { choices, fields } from './field-support.ts'
import { ObjectMeta, statusIsRefused } from './object-meta.ts'

const count = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)

export const LoadBalancer = fields(
  {
    simple: choices(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM'], ['PASSTHROUGH', 'LEAST_CONN', 'UNSPECIFIED'])
      .optional()
      .meta({
        title: 'Policy',
        description: 'LEAST_REQUEST takes the less busy of two instances picked at random. Default: LEAST_REQUEST.',
      }),
    consistentHash: ConsistentHash.optional(),
  },
  ['localityLbSetting', 'warmupDurationSecs', 'warmup'],
)
  .superRefine(({ simple, consistentHash }, context) => {
    if ((simple === undefined) !== (consistentHash === undefined)) return
    context.addIssue({
      code: 'custom',
      message: 'needs simple or consistentHash, and only one of them',
      params: { code: 'HED-111', fix: 'Write for example "simple: LEAST_REQUEST".' },
    })
  })
  .meta({ title: 'Load balancer' })

const TcpKeepalive = fields({
  probes: z.int().min(1).max(32).optional().meta({ description: 'Unanswered probes before the connection is dead.' }),
  time: GoDuration.optional().meta({ description: 'Idle time before the first probe.' }),
  interval: GoDuration.optional().meta({ description: 'Time between probes.' }),
})

const TcpPool = fields(
  {
    maxConnections: count.optional().meta({
      title: 'Connections',
      description: 'Most connections to the service, per proxy. Default: 1024.',
    }),
    connectTimeout: GoDuration.optional().meta({ title: 'Connect timeout', description: 'Default: 5s.' }),
    tcpKeepalive: TcpKeepalive.optional().meta({ title: 'TCP keep-alive', description: 'Default: off.' }),
    idleTimeout: GoDuration.optional().meta({
      title: 'Idle timeout',
      description: 'When neither side sends, the connection is closed. Default: 1h.',
    }),
  },
  ['maxConnectionDuration'],
)

const HttpPool = fields(
  {
    http1MaxPendingRequests: count.optional().meta({
      title: 'Waiting requests',
      description: 'Most requests that wait for a connection, per proxy; above, 503 with flag UO. Default: 1024.',
    }),
    http2MaxRequests: count.optional().meta({
      title: 'Requests in flight',
      description: 'Most requests in flight, whatever the protocol, per proxy; above, 503 with flag UO. Default: 1024.',
    }),
    maxRequestsPerConnection: count.optional().meta({
      title: 'Requests per connection',
      description: '1 switches keep-alive off. Default: no limit.',
    }),
    maxRetries: count.optional().meta({
      title: 'Retries in flight',
      description: 'Without it, the retry budget is the limit.',
    }),
    idleTimeout: GoDuration.optional().meta({
      title: 'Idle timeout',
      description: 'An unused connection is closed after it. Default: 1h.',
    }),
  },
  ['h2UpgradePolicy', 'useClientProtocol', 'maxConcurrentStreams'],
)

export const ConnectionPool = fields({ tcp: TcpPool.optional(), http: HttpPool.optional() }).meta({
  title: 'Connection pool',
  description: 'Limits of each proxy, not of the mesh: 3 callers with 100 connections each are 300.',
})

export const OutlierDetection = fields(
  {
    consecutive5xxErrors: z.int().min(0).max(10_000).optional().meta({
      title: 'Errors in a row',
      description:
        '5xx answers and connection failures in a row that eject an instance. 0 switches it off. Default: 5.',
    }),
    consecutiveGatewayErrors: z.int().min(0).max(10_000).optional().meta({
      title: 'Gateway errors in a row',
      description: '502, 503 and 504 in a row that eject an instance. Default: off.',
    }),
    consecutiveLocalOriginFailures: z.int().min(0).max(10_000).optional().meta({
      title: 'Connection failures in a row',
      description: 'Counted apart only with splitExternalLocalOriginErrors. Default: 5.',
    }),
    splitExternalLocalOriginErrors: z.boolean().optional().meta({
      title: 'Count connection failures apart',
      description: 'Default: false.',
    }),
    interval: GoDuration.optional().meta({ title: 'Interval', description: 'Time between looks. Default: 10s.' }),
    baseEjectionTime: GoDuration.optional().meta({
      title: 'Ejection time',
      description: 'Multiplied by the number of ejections, at most 300 s. Default: 30s.',
    }),
    maxEjectionPercent: z.int().min(0).max(100).optional().meta({
      title: 'Most ejected',
      description: 'Share of the instances that may be ejected at once, in percent. Default: 10.',
    }),
    minHealthPercent: z.int().min(0).max(100).optional().meta({
      title: 'Panic threshold',
      description:
        'With fewer healthy instances than this, ejections are ignored and all instances are used. Default: 0.',
    }),
  },
  ['consecutiveErrors'],
).meta({ title: 'Outlier detection', description: 'Leaves out instances that fail. Default: off.' })

export const RetryBudget = fields({
  percent: z.number().min(0).max(100).optional().meta({
    title: 'Share',
    description: 'Retries, as share of the requests in flight, in percent. Default: 20.',
  }),
  minRetryConcurrency: z.int().min(0).max(10_000).optional().meta({
    title: 'Always allowed',
    description: 'Retries in flight that are allowed even with few requests. Default: 3.',
  }),
}).meta({ title: 'Retry budget' })

const settings = {
  loadBalancer: LoadBalancer.optional(),
  connectionPool: ConnectionPool.optional(),
  outlierDetection: OutlierDetection.optional(),
}

const PortTrafficPolicy = fields(
  {
    port: fields({ number: PortNumber.meta({ title: 'Number', description: 'The port of the Service.' }) }).meta({
      title: 'Port',
    }),
    ...settings,
  },
  ['tls'],
)

export const TrafficPolicy = fields(
  {
    ...settings,
    retryBudget: RetryBudget.optional(),
    portLevelSettings: z
      .array(PortTrafficPolicy)
      .max(64)
      .superRefine((all, context) => {
        const seen = new Set<number>()
        for (const [index, { port }] of all.entries()) {
          if (seen.has(port.number)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'port', 'number'],
              message: `port ${port.number} is there twice`,
              params: { code: 'HED-113', fix: 'Join the two entries.' },
            })
          }
          seen.add(port.number)
        }
      })
      .optional()
      .meta({
        title: 'Per port',
        description: 'Replaces the settings of the service for one port; what is left out takes the mesh default.',
      }),
  },
  ['tls', 'tunnel', 'proxyProtocol'],
)
export type TrafficPolicy = z.infer<typeof TrafficPolicy>

export const DestinationRuleSpec = fields(
  {
    host: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
        error: 'the name of a Service, such as "catalog" or "catalog.shop.svc.cluster.local"',
      })
      .meta({
        title: 'Host',
        description: 'A Service in the namespace of the rule, by short or full name.',
        examples: ['catalog.shop.svc.cluster.local'],
      }),
    trafficPolicy: TrafficPolicy.meta({ title: 'Traffic policy' }),
  },
  ['subsets', 'exportTo', 'workloadSelector'],
)

/** networking.istio.io/v1 DestinationRule: how callers treat the instances of one service. */
export const DestinationRule = fields(
  {
    apiVersion: z.literal('networking.istio.io/v1'),
    kind: z.literal('DestinationRule'),
    metadata: ObjectMeta,
    spec: DestinationRuleSpec,
  },
  [],
  statusIsRefused,
).meta({
  title: 'DestinationRule',
  description: 'How callers treat the instances of a Service: balancing, connection limits, ejection, retry budget.',
})
export type DestinationRule = z.infer<typeof DestinationRule>
