import { z } from 'zod'

/** Key of a label or annotation: an optional DNS prefix, "/", and a name. */
const LabelKey = z
  .string()
  .max(253 + 1 + 63)
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    { error: 'a label key such as "app" or "example.com/team"' },
  )

const LabelValue = z
  .string()
  .max(63)
  .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, {
    error: 'at most 63 letters, digits, "-", "_" or "."',
  })

/** Labels of an object or a workload; also what selectors compare with. */
export const Labels = z.record(LabelKey, LabelValue).refine((labels) => Object.keys(labels).length <= 64, {
  error: 'at most 64 labels',
  params: { code: 'HED-106' },
})
export type Labels = Readonly<z.infer<typeof Labels>>

/** Free text beside an object; never read by the mesh. */
export const Annotations = z
  .record(LabelKey, z.string())
  .refine((all) => Object.entries(all).reduce((sum, [key, value]) => sum + key.length + value.length, 0) <= 65_536, {
    error: 'annotations together may have 64 KiB',
    params: { code: 'HED-106' },
  })

/** True when every label of the selector is there with the same value. */
export function matchesLabels(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}
