import type { z } from 'zod'
import { DnsLabel, DnsSubdomain } from './dns-name.ts'
import { fields } from './field-support.ts'
import { Annotations, Labels } from './labels.ts'

/** The namespace of an object that names none. */
export const defaultNamespace = 'default'

const writtenByKubernetes = 'It is written by a Kubernetes API server: remove it.'

function objectMeta<Name extends z.ZodType<string>>(name: Name) {
  return fields(
    {
      name,
      namespace: DnsLabel.default(defaultNamespace).meta({
        title: 'Namespace',
        description: 'The part of the mesh that the name belongs to. Default: `default`.',
      }),
      labels: Labels.optional().meta({ title: 'Labels', description: 'Key and value pairs to find objects by.' }),
      annotations: Annotations.optional().meta({
        title: 'Annotations',
        description: 'Free text for people and tools. The mesh does not read it.',
      }),
    },
    ['generateName'],
    Object.fromEntries(
      [
        'uid',
        'resourceVersion',
        'generation',
        'creationTimestamp',
        'deletionTimestamp',
        'deletionGracePeriodSeconds',
        'ownerReferences',
        'finalizers',
        'managedFields',
        'selfLink',
      ].map((field) => [field, writtenByKubernetes]),
    ),
  ).meta({ title: 'Metadata' })
}

const described = { title: 'Name', description: 'Unique for this kind within the namespace.' }

/** Metadata of most kinds. */
export const ObjectMeta = objectMeta(DnsSubdomain.meta(described))
export type ObjectMeta = z.infer<typeof ObjectMeta>

/** Metadata of a Service, whose name is one label of host names. */
export const ServiceMeta = objectMeta(DnsLabel.meta(described))

/** Beside `metadata` and `spec`, an object read from a cluster has this. */
export const statusIsRefused = { status: 'It is what a controller observed, not what you want: remove it.' }
