import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'

/** `layered_runtime.layers[]`: where a part of the runtime comes from. */
export type RuntimeLayer =
  | { readonly kind: 'static'; readonly name: string; readonly values: RuntimeValues }
  /** What is set on the admin port, and is gone when the proxy ends. */
  | { readonly kind: 'admin'; readonly name: string }
  /** What a control plane or a file says of it: `key` is what the resource goes by. */
  | { readonly kind: 'rtds'; readonly name: string; readonly key: string }
  /** A folder of files. It is read again when another link is moved over `root`. */
  | { readonly kind: 'disk'; readonly name: string; readonly root: string; readonly folder: string }
