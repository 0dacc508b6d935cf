import { isKind, type Kind } from './any-object.ts'

/** Names one object. */
export type ObjectRef = { readonly kind: Kind; readonly namespace: string; readonly name: string }

export function refOf(object: {
  readonly kind: Kind
  readonly metadata: { readonly namespace: string; readonly name: string }
}): ObjectRef {
  return { kind: object.kind, namespace: object.metadata.namespace, name: object.metadata.name }
}

/** "HTTPRoute/shop/payments": the form in findings, audit entries, route names and URLs. */
export function formatRef(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`
}

/** The reference that a text names, undefined when it names none. */
export function parseRef(text: string): ObjectRef | undefined {
  const [kind, namespace, name, ...rest] = text.split('/')
  if (!kind || !namespace || !name || rest.length > 0 || !isKind(kind)) return undefined
  return { kind, namespace, name }
}
