import type { DecompressionLibrary } from '@heddle/engine/compress/compression-library'
import { acceptAlso, type DecompressorPolicy, takesOff } from '@heddle/engine/compress/decompressor-policy'
import { decompresses, type HttpFilter } from '@heddle/engine/filter/http-filter'
import { flagIn, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { DecompressorCounts } from '../counts/compression-counts.ts'
import { addDetour } from '../exchange/answer-detour.ts'
import { BodyCoder, newDecompressor } from '../exchange/body-coder.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { type CoderOf, RecodedAnswer } from '../exchange/recoded-answer.ts'
import { RecodedRequest } from '../exchange/recoded-request.ts'
import { addRequestDetour } from '../exchange/request-detour.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { CHUNKED, NO_BODY } from '../message/body-framing.ts'
import { HeaderBlock } from '../message/header-block.ts'

type DecompressorFilter = Extract<HttpFilter, { kind: 'decompressor' }>

/**
 * Bodies of requests are decompressed for an upstream that cannot do it. What is no such body, or grows more than any honest one
 * does, is refused: a part of it would be taken for the whole.
 */
export function decompressRequest(
  filter: DecompressorFilter,
  countsOf: CountsOf,
  { values }: Runtime,
): Filter<RoutedStage> {
  const { policy } = filter
  return (exchange) => {
    if (!decompresses(filter, exchange.route, exchange.choice)) return CONTINUE
    const { headers } = exchange
    if (policy.advertises && flagIn(values(), policy.response.enabled)) {
      headers.set('accept-encoding', acceptAlso(headers.get('accept-encoding'), policy.library.coding))
    }
    if (exchange.requestFraming === NO_BODY || exchange.upgrade !== '') return CONTINUE
    const counts = countsOf(exchange.chain.statPrefix).request
    if (!takeOff(policy, 'request', headers, values())) {
      counts.left++
      return CONTINUE
    }
    counts.coded++
    exchange.requestFraming = CHUNKED
    exchange.requestLength = -1
    addRequestDetour(
      exchange,
      new RecodedRequest(exchange, coderOf(policy.library), counts, trailersOf(policy.trailerPrefix)),
    )
    return CONTINUE
  }
}

/** The same of answers, which are cut off then. */
export function decompressAnswer(filter: DecompressorFilter, countsOf: CountsOf, { values }: Runtime): ResponseFilter {
  const { policy } = filter
  return (stage, headers) => {
    const { route, choice } = stage
    if (stage.responseFraming === NO_BODY || stage.upgrade !== '') return
    if (route !== undefined && !decompresses(filter, route, choice)) return
    const counts = countsOf(stage.chain.statPrefix).response
    if (!takeOff(policy, 'response', headers, values())) {
      counts.left++
      return
    }
    counts.coded++
    stage.responseFraming = CHUNKED
    stage.responseLength = -1
    addDetour(stage, new RecodedAnswer(stage, coderOf(policy.library), counts, trailersOf(policy.trailerPrefix)))
  }
}

export type CountsOf = (statPrefix: string) => DecompressorCounts

export function decompressorCounts({ policy }: DecompressorFilter, statPrefix: string, { counts }: Runtime): CountsOf {
  const of = (prefix: string) => counts.compressionOf(prefix).decompressor(policy.statName, policy.library.coding)
  of(statPrefix)
  return of
}

/** False: it stays as it is. */
function takeOff(
  policy: DecompressorPolicy,
  direction: 'request' | 'response',
  headers: HeaderBlock,
  values: RuntimeValues,
): boolean {
  const { library, [direction]: config } = policy
  const off = takesOff(config, library.coding, headers.get('content-encoding'), headers.get('cache-control'), values)
  if (off === undefined) return false
  if (off.left === '') headers.remove('content-encoding')
  else headers.set('content-encoding', off.left)
  return true
}

function coderOf(library: DecompressionLibrary): CoderOf {
  return (events) => new BodyCoder(newDecompressor(library), library.ratioMax, events)
}

/** How long the body was, behind it. */
function trailersOf(prefix: string) {
  return ({ bytesIn, bytesOut }: BodyCoder, trailers: HeaderBlock | undefined): HeaderBlock => {
    const all = trailers ?? new HeaderBlock()
    all.set(`${prefix}compressed-bytes`, String(bytesIn))
    all.set(`${prefix}uncompressed-bytes`, String(bytesOut))
    return all
  }
}
