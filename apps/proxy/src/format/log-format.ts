/** `omit_empty_values`: what is absent is left out, and not written as "-" or null. */
export type LogFormat =
  | { readonly kind: 'json'; readonly template: LogTemplate; readonly omitsEmpty: boolean }
  | { readonly kind: 'text'; readonly pattern: string; readonly omitsEmpty: boolean }

/** Texts with command operators, in the shape of the line. */
export type LogTemplate =
  | string
  | number
  | boolean
  | null
  | readonly LogTemplate[]
  | { readonly [name: string]: LogTemplate }
