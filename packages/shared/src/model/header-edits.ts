import { z } from 'zod'
import { fields } from './field-support.ts'
import { HeaderName, HeaderValue } from './header-name.ts'

const NamedValue = fields({ name: HeaderName.meta({ title: 'Name' }), value: HeaderValue.meta({ title: 'Value' }) })

/** Edits of request or response headers: removals first, then `set` replaces, then `add` appends. */
export const HeaderEdits = fields({
  set: z.array(NamedValue).max(16).optional().meta({ title: 'Set', description: 'Replaces the header, or adds it.' }),
  add: z.array(NamedValue).max(16).optional().meta({ title: 'Add', description: 'Appends a value to the header.' }),
  remove: z.array(HeaderName).max(16).optional().meta({ title: 'Remove', description: 'Takes the header away.' }),
}).superRefine((edits, context) => {
  for (const list of ['set', 'add', 'remove'] as const) {
    for (const [index, entry] of (edits[list] ?? []).entries()) {
      const name = (typeof entry === 'string' ? entry : entry.name).toLowerCase()
      const reason = ownedByTheProxy(name)
      if (!reason) continue
      context.addIssue({
        code: 'custom',
        path: typeof entry === 'string' ? [list, index] : [list, index, 'name'],
        message: `"${name}" ${reason}`,
        params: { code: 'HED-105' },
      })
    }
  }
})
export type HeaderEdits = z.infer<typeof HeaderEdits>

/** Why a policy may not edit this header. Envoy refuses the first two as well. */
function ownedByTheProxy(name: string): string | undefined {
  if (name === 'host')
    return 'is edited with a URLRewrite filter, whose hostname field keeps routing and policy in step'
  if (['content-length', 'transfer-encoding', 'connection', 'upgrade', 'te', 'trailer', 'keep-alive'].includes(name)) {
    return 'frames the message; the proxy writes it itself'
  }
  if (name === 'x-envoy-downstream-service-cluster' || name === 'x-forwarded-client-cert') {
    return 'says who calls; the proxy writes it itself'
  }
  return undefined
}
