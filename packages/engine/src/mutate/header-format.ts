import type { FormatCommand } from './format-command.ts'
import type { FormatView } from './format-view.ts'
import { sendableText } from './wire-text.ts'

/** A header value with Envoy's command operators, taken apart once. */
export type HeaderFormat =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parts'; readonly parts: readonly FormatPart[] }

export type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'request-header' | 'response-header' | 'response-trailer'
      readonly name: string
      /** Read when the first is absent; undefined without one. */
      readonly alternative: string | undefined
      readonly lengthMax: number
    }
  | { readonly kind: 'command'; readonly command: FormatCommand; readonly args: string; readonly lengthMax: number }

/**
 * The text, as it can go into a head. Absent values are nothing; a value that is nothing but an absent operator is empty.
 */
export function formatHeader(format: HeaderFormat, view: FormatView): string {
  if (format.kind === 'literal') return format.text
  let text = ''
  for (let index = 0; index < format.parts.length; index++) {
    const part = format.parts[index] as FormatPart // in range
    const value = partValue(part, view)
    // What is read of a head could stand in one; what is made of other things need not.
    if (value !== undefined) text += part.kind === 'command' ? sendableText(value) : value
  }
  return text
}

/** Undefined: there is nothing to tell. */
export function partValue(part: FormatPart, view: FormatView): string | undefined {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'command':
      return clip(view.command(part.command, part.args), part.lengthMax)
    case 'request-header':
    case 'response-header':
    case 'response-trailer':
      return clip(
        headerValue(part.kind, part.name, view) ?? headerValue(part.kind, part.alternative, view),
        part.lengthMax,
      )
  }
}

function headerValue(
  kind: 'request-header' | 'response-header' | 'response-trailer',
  name: string | undefined,
  view: FormatView,
): string | undefined {
  if (name === undefined) return undefined
  if (kind === 'request-header') return view.requestHeader(name)
  return kind === 'response-header' ? view.responseHeader(name) : view.responseTrailer(name)
}

function clip(value: string | undefined, lengthMax: number): string | undefined {
  return value !== undefined && value.length > lengthMax ? value.slice(0, lengthMax) : value
}
