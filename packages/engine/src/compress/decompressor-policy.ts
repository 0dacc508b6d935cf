import type {
  Decompressor,
  Decompressor_CommonDirectionConfig as Direction,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/decompressor/v3/decompressor_pb'
import { equalsIgnoreCase, lowerAscii } from '../match/ascii-case.ts'
import { compileDecompressionLibrary } from './compile-library.ts'
import { type Coding, type DecompressionLibrary, statNames } from './compression-library.ts'
import { forbidsTransform } from './compressor-policy.ts'

/** `envoy.filters.http.decompressor`, compiled. */
export type DecompressorPolicy = {
  readonly library: DecompressionLibrary
  /** "basic.gzip": where its statistics stand. */
  readonly statName: string
  /** Of the fields behind a body that say how long it was. */
  readonly trailerPrefix: string
  /** Upstreams are told that answers may come compressed. */
  readonly advertises: boolean
  readonly request: DecompressedDirection
  readonly response: DecompressedDirection
}

export type DecompressedDirection = { readonly isEnabled: boolean; readonly ignoresNoTransform: boolean }

export function compileDecompressor(message: Decompressor, path: string): DecompressorPolicy {
  const library = compileDecompressionLibrary(message.decompressorLibrary, `${path}.decompressor_library`)
  const name = message.decompressorLibrary?.name ?? ''
  const response = directionOf(message.responseDirectionConfig?.commonConfig)
  return {
    library,
    statName: `${name}.${statNames[library.coding]}`,
    trailerPrefix: `x-envoy-decompressor-${lowerAscii(name)}-`,
    advertises: response.isEnabled && message.requestDirectionConfig?.advertiseAcceptEncoding !== false,
    request: directionOf(message.requestDirectionConfig?.commonConfig),
    response,
  }
}

function directionOf(common: Direction | undefined): DecompressedDirection {
  return {
    isEnabled: common?.enabled?.defaultValue !== false,
    ignoresNoTransform: common?.ignoreNoTransformHeader ?? false,
  }
}

/** The coding that was put on last, and is to be taken off first, is named first by Envoy; what is left of the list. */
export function takesOff(
  direction: DecompressedDirection,
  coding: Coding,
  encodings: string | undefined,
  cacheControl: string | undefined,
): { readonly left: string } | undefined {
  if (!direction.isEnabled || encodings === undefined) return undefined
  if (!direction.ignoresNoTransform && forbidsTransform(cacheControl)) return undefined
  const [first = '', ...rest] = encodings.split(',')
  return equalsIgnoreCase(first.trim(), coding) ? { left: rest.join(',').trim() } : undefined
}

/** The proxy reads it as well as any: whatever weight a client gave it, it goes last and whole. */
export function acceptAlso(accept: string | undefined, coding: Coding): string {
  const others = (accept ?? '').split(',').flatMap((each) => {
    const wish = each.trim()
    return wish === '' || wish.split(';')[0]?.trim() === coding ? [] : [wish]
  })
  return [...others, coding].join(',')
}
