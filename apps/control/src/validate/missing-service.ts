import type { Finding } from '@heddle/shared/api/problem'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import { didYouMean } from '@heddle/shared/model/did-you-mean'
import type { FieldPath } from '@heddle/shared/model/field-path'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

/** A reference to a Service that the catalog does not have, with the one that may be meant. */
export function missingService(
  { catalog }: ValidationContext,
  policy: PolicyObject,
  path: FieldPath,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Finding {
  const names = [...catalog.services.values()]
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name)
  const elsewhere = [...catalog.services.values()].find(({ metadata }) => metadata.name === name)
  const near = didYouMean(name, names)
  const fix = near
    ? `Did you mean "${near}"?`
    : elsewhere
      ? `There is one in namespace ${elsewhere.metadata.namespace}.`
      : names.length > 0
        ? `Services of ${namespace}: ${names.slice(0, 12).join(', ')}.`
        : `Namespace ${namespace} has no Services.`
  return finding('HED-201', policy, path, {
    message: `there is no Service ${namespace}/${name}`,
    why: 'A reference to nothing would do nothing, or answer 503.',
    fix,
    ...(near ? { value: near } : {}),
  })
}
