import { z } from 'zod'
import { DnsLabel, PortNumber } from './dns-name.ts'
import { choices, fields } from './field-support.ts'
import { Labels } from './labels.ts'
import { ServiceMeta, statusIsRefused } from './object-meta.ts'

export const ServicePort = fields(
  {
    name: DnsLabel.optional().meta({
      title: 'Name',
      description: 'Needed when there are several ports. A name such as "http-web" or "grpc" also says the protocol.',
    }),
    port: PortNumber.meta({ title: 'Port', description: 'The port that callers use.' }),
    targetPort: z.union([PortNumber, DnsLabel]).optional().meta({
      title: 'Target port',
      description: 'The port of the instances, or its name in their `ports`. Default: the same as `port`.',
    }),
    protocol: choices(['TCP'], ['UDP', 'SCTP']).optional().meta({ title: 'Transport', description: 'Default: TCP.' }),
    appProtocol: choices(
      ['http', 'http2', 'grpc', 'tcp', 'kubernetes.io/h2c', 'kubernetes.io/ws'],
      ['https', 'tls', 'kubernetes.io/wss', 'grpc-web', 'mongo', 'mysql', 'redis', 'udp', 'auto'],
    )
      .optional()
      .meta({
        title: 'Protocol',
        description: 'What is spoken on the port. Default: what the port name says, else http.',
      }),
  },
  ['nodePort'],
).meta({ title: 'Port' })
export type ServicePort = z.infer<typeof ServicePort>

export const ServiceSpec = fields(
  {
    type: choices(['ClusterIP'], ['NodePort', 'LoadBalancer', 'ExternalName'])
      .optional()
      .meta({ title: 'Type', description: 'Default: ClusterIP.' }),
    selector: Labels.refine((labels) => Object.keys(labels).length > 0, {
      error: 'must have at least one label: an empty selector would select nothing',
      params: { code: 'HED-105' },
    }).meta({ title: 'Selector', description: 'Instances with all of these labels are the endpoints.' }),
    ports: z
      .array(ServicePort)
      .min(1)
      .max(64)
      .superRefine((ports, context) => {
        const numbers = new Set<number>()
        const names = new Set<string>()
        for (const [index, { port, name }] of ports.entries()) {
          const duplicate = numbers.has(port) ? 'port' : name !== undefined && names.has(name) ? 'name' : undefined
          if (duplicate) {
            context.addIssue({
              code: 'custom',
              path: [index, duplicate],
              message: `${duplicate} ${duplicate === 'port' ? port : `"${name}"`} is there twice`,
              params: { code: 'HED-113', fix: 'Remove one of the two.' },
            })
          }
          if (name === undefined && ports.length > 1) {
            context.addIssue({
              code: 'custom',
              path: [index],
              message: 'name is missing; ports need names when there are several',
              params: { code: 'HED-104', fix: 'Add a name such as "http".' },
            })
          }
          numbers.add(port)
          if (name !== undefined) names.add(name)
        }
      })
      .meta({ title: 'Ports' }),
  },
  [
    'clusterIP',
    'clusterIPs',
    'externalIPs',
    'externalName',
    'externalTrafficPolicy',
    'healthCheckNodePort',
    'internalTrafficPolicy',
    'ipFamilies',
    'ipFamilyPolicy',
    'loadBalancerClass',
    'loadBalancerIP',
    'loadBalancerSourceRanges',
    'allocateLoadBalancerNodePorts',
    'publishNotReadyAddresses',
    'sessionAffinity',
    'sessionAffinityConfig',
    'trafficDistribution',
    'topologyKeys',
  ],
)

/** v1 Service: a name for the instances that carry certain labels. A catalog object, not a policy. */
export const Service = fields(
  { apiVersion: z.literal('v1'), kind: z.literal('Service'), metadata: ServiceMeta, spec: ServiceSpec },
  [],
  statusIsRefused,
).meta({ title: 'Service', description: 'A name for the instances that carry certain labels.' })
export type Service = z.infer<typeof Service>
