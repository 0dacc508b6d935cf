import type { FormatView } from './format-view.ts'

/** A header value with Envoy's command operators, taken apart once. */
export type HeaderFormat =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parts'; readonly parts: readonly FormatPart[] }

export type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'request-header'
      readonly name: string
      /** Read when the first is absent; undefined without one. */
      readonly alternative: string | undefined
      readonly lengthMax: number
    }
  | {
      readonly kind: 'response-header'
      readonly name: string
      readonly alternative: string | undefined
      readonly lengthMax: number
    }
  | { readonly kind: 'field'; readonly field: FormatField }

/** The operators without arguments, by what they tell. */
export type FormatField =
  | 'protocol'
  | 'scheme'
  | 'downstream-remote-address'
  | 'downstream-remote-address-without-port'
  | 'downstream-direct-remote-address'
  | 'downstream-direct-remote-address-without-port'
  | 'downstream-local-address'
  | 'downstream-local-address-without-port'
  | 'downstream-local-port'
  | 'downstream-peer-uri-san'
  | 'requested-server-name'
  | 'upstream-remote-address'
  | 'upstream-cluster'
  | 'route-name'
  | 'response-code'
  | 'response-flags'
  | 'hostname'

/**
 * The text. Absent values are nothing in a header, and "-" in a log, as Envoy writes them; a value that is nothing but an
 * absent operator is empty.
 */
export function formatHeader(format: HeaderFormat, view: FormatView, absent = ''): string {
  if (format.kind === 'literal') return format.text
  // A value that is only one absent operator is empty, so that no "-" header is sent.
  if (format.parts.length === 1) return partValue(format.parts[0] as FormatPart, view) ?? '' // in range
  let text = ''
  for (let index = 0; index < format.parts.length; index++) {
    text += partValue(format.parts[index] as FormatPart, view) ?? absent // in range
  }
  return text
}

function partValue(part: FormatPart, view: FormatView): string | undefined {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'request-header':
      return clip(view.requestHeader(part.name) ?? alternative(part.alternative, view, false), part.lengthMax)
    case 'response-header':
      return clip(view.responseHeader(part.name) ?? alternative(part.alternative, view, true), part.lengthMax)
    case 'field':
      return view.field(part.field)
  }
}

function alternative(name: string | undefined, view: FormatView, isResponse: boolean): string | undefined {
  if (name === undefined) return undefined
  return isResponse ? view.responseHeader(name) : view.requestHeader(name)
}

function clip(value: string | undefined, lengthMax: number): string | undefined {
  return value !== undefined && value.length > lengthMax ? value.slice(0, lengthMax) : value
}
