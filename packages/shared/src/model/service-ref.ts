import { z } from 'zod'
import { DnsLabel, PortNumber } from './dns-name.ts'
import { choices, fields } from './field-support.ts'

const CoreGroup = z
  .literal('', { error: 'must be "" (the core group), or left out' })
  .optional()
  .meta({ title: 'Group', description: 'The API group of a Service is "".' })

/** A Service that receives requests, with its share of them. */
export const BackendRef = fields(
  {
    group: CoreGroup,
    kind: choices(['Service'], ['ServiceImport', 'InferencePool', 'Hostname'])
      .optional()
      .meta({ title: 'Kind', description: 'Default: `Service`.' }),
    name: DnsLabel.meta({ title: 'Service' }),
    namespace: DnsLabel.optional().meta({ title: 'Namespace', description: 'Default: the namespace of the route.' }),
    port: PortNumber.meta({ title: 'Port', description: 'The port of the Service, not of its instances.' }),
    weight: z.int().min(0).max(1_000_000).optional().meta({
      title: 'Weight',
      description: 'Share of the requests, weight / sum of weights. 0 takes none. Default: 1.',
    }),
  },
  ['filters'],
).meta({ title: 'Backend' })
export type BackendRef = z.infer<typeof BackendRef>

/** A Service that receives copies. */
export const MirrorRef = fields({
  group: CoreGroup,
  kind: choices(['Service']).optional(),
  name: DnsLabel.meta({ title: 'Service' }),
  namespace: DnsLabel.optional().meta({ title: 'Namespace', description: 'Default: the namespace of the route.' }),
  port: PortNumber.meta({ title: 'Port' }),
}).meta({ title: 'Mirror to' })
export type MirrorRef = z.infer<typeof MirrorRef>

/** The Service whose requests a route takes (GAMMA). */
export const ParentRef = fields(
  {
    group: z.literal('', { error: 'must be "": the parent is a Service of the core group' }).meta({
      title: 'Group',
      description: 'Must be written as "": Gateway API takes its own group when it is missing.',
    }),
    kind: choices(['Service'], ['Gateway', 'ListenerSet', 'XListenerSet']).meta({
      title: 'Kind',
      description: 'Must be written: Gateway API takes Gateway when it is missing.',
    }),
    name: DnsLabel.meta({ title: 'Service' }),
    namespace: DnsLabel.optional().meta({
      title: 'Namespace',
      description:
        'Default: the namespace of the route. A route of another namespace acts on callers of its own namespace only.',
    }),
    port: PortNumber.optional().meta({ title: 'Port', description: 'Default: every HTTP port of the Service.' }),
  },
  ['sectionName'],
).meta({ title: 'Parent', description: 'The Service whose requests the route takes.' })
export type ParentRef = z.infer<typeof ParentRef>

/** The Service that a policy is attached to; always of the policy's own namespace. */
export const TargetRef = fields(
  {
    group: CoreGroup,
    kind: choices(['Service'], ['Gateway', 'GatewayClass', 'ServiceEntry']).meta({ title: 'Kind' }),
    name: DnsLabel.meta({ title: 'Service', description: 'A Service in the namespace of the policy.' }),
  },
  ['namespace', 'sectionName'],
).meta({ title: 'Target' })
export type TargetRef = z.infer<typeof TargetRef>
