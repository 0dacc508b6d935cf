import { z } from 'zod'
import { DnsLabel, PortNumber } from './dns-name.ts'
import { fields } from './field-support.ts'
import { ipProblem } from './ip-address.ts'
import { Labels } from './labels.ts'
import { ObjectMeta, statusIsRefused } from './object-meta.ts'

/** Labels by which an instance says which workload and version it belongs to, as in Istio. */
export const workloadNameLabel = 'service.istio.io/workload-name'
export const versionLabel = 'version'

export const WorkloadEntrySpec = fields(
  {
    address: z
      .string()
      .superRefine((address, context) => {
        const problem = ipProblem(address)
        if (problem) context.addIssue({ code: 'custom', message: problem, params: { code: 'HED-105' } })
      })
      .meta({ title: 'Address', description: 'The IP address that callers connect to.' }),
    ports: z.record(DnsLabel, PortNumber).optional().meta({
      title: 'Ports',
      description: 'Port numbers by name, for Services whose targetPort or port name is that name.',
    }),
    labels: Labels.optional().meta({ title: 'Labels', description: 'What the selectors of Services look at.' }),
    locality: z
      .string()
      .max(192)
      .regex(/^[^/\s]{1,63}(\/[^/\s]{1,63}){0,2}$/, { error: 'region, region/zone or region/zone/subzone' })
      .optional()
      .meta({ title: 'Locality', description: 'region/zone/subzone.' }),
    weight: z.int().min(1).max(1_000_000).optional().meta({
      title: 'Weight',
      description: 'Share among the instances of a service. Default: 1.',
    }),
    serviceAccount: DnsLabel.optional().meta({
      title: 'Service account',
      description: 'The identity that the instance runs under. Default: `default`.',
    }),
  },
  ['network'],
)

/** networking.istio.io/v1 WorkloadEntry: one running instance. Sidecars that connect are entered by themselves. */
export const WorkloadEntry = fields(
  {
    apiVersion: z.literal('networking.istio.io/v1'),
    kind: z.literal('WorkloadEntry'),
    metadata: ObjectMeta,
    spec: WorkloadEntrySpec,
  },
  [],
  statusIsRefused,
).meta({ title: 'WorkloadEntry', description: 'One running instance of a workload.' })
export type WorkloadEntry = z.infer<typeof WorkloadEntry>
