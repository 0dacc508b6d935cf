import type {
  Decompressor,
  Decompressor_CommonDirectionConfig as Direction,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/decompressor/v3/decompressor_pb'
import { equalsIgnoreCase, lowerAscii } from '../match/ascii-case.ts'
import { flagIn, type RuntimeFlag, type RuntimeValues } from '../runtime/runtime-values.ts'
import { runtimeFlagOf } from '../runtime/share.ts'
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
  /** Upstreams are told that answers may come compressed, where these are decompressed. */
  readonly advertises: boolean
  readonly request: DecompressedDirection
  readonly response: DecompressedDirection
}

export type DecompressedDirection = { readonly enabled: RuntimeFlag; readonly ignoresNoTransform: boolean }

export function compileDecompressor(message: Decompressor, path: string): DecompressorPolicy {
  const library = compileDecompressionLibrary(message.decompressorLibrary, `${path}.decompressor_library`)
  const name = message.decompressorLibrary?.name ?? ''
  return {
    library,
    statName: `${name}.${statNames[library.coding]}`,
    trailerPrefix: `x-envoy-decompressor-${lowerAscii(name)}-`,
    advertises: message.requestDirectionConfig?.advertiseAcceptEncoding !== false,
    request: directionOf(message.requestDirectionConfig?.commonConfig),
    response: directionOf(message.responseDirectionConfig?.commonConfig),
  }
}

function directionOf(common: Direction | undefined): DecompressedDirection {
  return {
    enabled: runtimeFlagOf(common?.enabled),
    ignoresNoTransform: common?.ignoreNoTransformHeader ?? false,
  }
}

/** The coding that was put on last, and is to be taken off first, is named first by Envoy; what is left of the list. */
export function takesOff(
  direction: DecompressedDirection,
  coding: Coding,
  encodings: string | undefined,
  cacheControl: string | undefined,
  values: RuntimeValues,
): { readonly left: string } | undefined {
  if (!flagIn(values, direction.enabled) || encodings === undefined) return undefined
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
