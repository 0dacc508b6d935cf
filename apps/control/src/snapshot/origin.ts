import type { ObjectRef } from '@heddle/shared/model/object-ref'

/** Where an effective value comes from. */
export type Origin =
  | { readonly kind: 'mesh-default' }
  | {
      readonly kind: 'policy'
      readonly object: ObjectRef
      readonly revision: number
      /** JSON pointer of the field in the object. */
      readonly path: string
    }

/** A value that knows where it comes from; the same value is rendered for proxies and shown to people. */
export type Sourced<Value> = { readonly value: Value; readonly origin: Origin }

export const meshDefault: Origin = { kind: 'mesh-default' }
