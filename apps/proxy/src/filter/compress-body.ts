import { chooseEncoding } from '@heddle/engine/compress/choose-encoding'
import type { CompressionLibrary } from '@heddle/engine/compress/compression-library'
import {
  type CompressedDirection,
  forbidsTransform,
  isTypeCompressed,
  tagOfCompressed,
  varyWithEncoding,
} from '@heddle/engine/compress/compressor-policy'
import { type HttpFilter, heldCompression } from '@heddle/engine/filter/http-filter'
import { flagIn } from '@heddle/engine/runtime/runtime-values'
import type { CompressorCounts } from '../counts/compression-counts.ts'
import { addDetour } from '../exchange/answer-detour.ts'
import { BodyCoder, newCompressor } from '../exchange/body-coder.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { type CoderOf, RecodedAnswer } from '../exchange/recoded-answer.ts'
import { RecodedRequest } from '../exchange/recoded-request.ts'
import { addRequestDetour } from '../exchange/request-detour.ts'
import type { ResponseFilter, ResponseStage } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { CHUNKED, NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'

type CompressorFilter = Extract<HttpFilter, { kind: 'compressor' }>

/** Bodies of requests are compressed where that is asked for; what the client accepts is remembered for the answer. */
export function compressRequest(
  filter: CompressorFilter,
  countsOf: CountsOf,
  { values }: Runtime,
): Filter<RoutedStage> {
  const { policy } = filter
  const { library, request } = policy
  return (exchange) => {
    const held = heldCompression(filter, exchange.route, exchange.choice)
    if (held === undefined) return CONTINUE
    const { headers } = exchange
    exchange.answerCodings ??= { passed: [], choice: undefined }
    exchange.answerCodings.passed.push({ policy, accept: headers.get('accept-encoding') })
    const compressesAnswers = held.compressesAnswers ?? flagIn(values(), policy.response.enabled)
    if (compressesAnswers && (held.removesAcceptEncoding ?? policy.response.removesAcceptEncoding)) {
      headers.remove('accept-encoding')
    }
    const counts = countsOf(exchange.chain.statPrefix).request
    const isCompressed =
      exchange.requestFraming !== NO_BODY &&
      flagIn(values(), request.enabled) &&
      exchange.upgrade === '' &&
      isLongEnough(request, exchange.requestLength, counts) &&
      isTypeCompressed(request.types, headers.get('content-type')) &&
      !headers.has('content-encoding')
    if (!isCompressed) {
      counts.left++
      return CONTINUE
    }
    counts.coded++
    headers.set('content-encoding', library.coding)
    exchange.requestFraming = CHUNKED
    exchange.requestLength = -1
    addRequestDetour(exchange, new RecodedRequest(exchange, coderOf(library), counts))
    return CONTINUE
  }
}

/** Answers are compressed where the client accepts it, and all may know that this depends on what it accepts. */
export function compressAnswer(filter: CompressorFilter, countsOf: CountsOf, { values }: Runtime): ResponseFilter {
  const { policy } = filter
  const { library, response } = policy
  return (stage, headers) => {
    const { route, choice } = stage
    const held = route === undefined ? undefined : heldCompression(filter, route, choice)
    if (route !== undefined && held === undefined) return
    const counts = countsOf(stage.chain.statPrefix)
    const isEnabled = held?.compressesAnswers ?? flagIn(values(), response.enabled)
    const isWorthIt = isEnabled && isLongEnough(response, stage.responseLength, counts.response)
    const mayBe = isWorthIt && mayBeCompressed(filter, stage, headers, counts)
    if (stage.responseFraming !== NO_BODY && isWorthIt && isChosen(filter, stage, headers, counts) && mayBe) {
      writeTag(headers, response.weakensTags)
      headers.set('content-encoding', library.coding)
      counts.response.coded++
      stage.responseFraming = CHUNKED
      stage.responseLength = -1
      addDetour(stage, new RecodedAnswer(stage, coderOf(library), counts.response))
    } else counts.response.left++
    // Also where it is not compressed: another client may get it so.
    if (mayBe) headers.set('vary', varyWithEncoding(headers.get('vary')))
  }
}

export type CountsOf = (statPrefix: string) => CompressorCounts

/** They stand there from the beginning, as in Envoy. */
export function compressorCounts({ policy }: CompressorFilter, statPrefix: string, { counts }: Runtime): CountsOf {
  const of = (prefix: string) => counts.compressionOf(prefix).compressor(policy.statName, policy.hasResponseScope)
  of(statPrefix)
  return of
}

function isLongEnough({ bytesMin }: CompressedDirection, length: number, counts: { tooShort: number }): boolean {
  if (length < 0 || length >= bytesMin) return true
  counts.tooShort++
  return false
}

function mayBeCompressed(
  { policy: { response } }: CompressorFilter,
  stage: ResponseStage,
  headers: HeaderBlock,
  counts: CompressorCounts,
): boolean {
  if (
    stage.upgrade !== '' ||
    response.statusesLeft.has(stage.status) ||
    !isTypeCompressed(response.types, headers.get('content-type'))
  )
    return false
  if (forbidsTransform(headers.get('cache-control'))) return false
  if (response.leavesTagged && headers.has('etag')) {
    counts.leftTagged++
    return false
  }
  return !headers.has('content-encoding')
}

function isChosen(
  { policy }: CompressorFilter,
  stage: ResponseStage,
  headers: HeaderBlock,
  { accept }: CompressorCounts,
): boolean {
  const codings = stage.answerCodings
  const own = codings?.passed.find((each) => each.policy === policy)
  if (codings === undefined || own?.accept === undefined) {
    accept.none++
    return false
  }
  codings.choice ??= chooseEncoding(
    own.accept,
    codings.passed.map((each) => each.policy),
    headers.get('content-type'),
  )
  const { coding, reason } = codings.choice
  const isOwn = coding === policy.library.coding
  switch (reason) {
    case 'compressor':
      if (isOwn) accept.used++
      else accept.overshadowed++
      break
    case 'identity':
      accept.identity++
      break
    case 'wildcard':
      accept.wildcard++
      break
    case 'not-valid':
      accept.notValid++
  }
  return isOwn
}

function writeTag(headers: HeaderBlock, weakens: boolean): void {
  const tag = headers.get('etag')
  if (tag === undefined) return
  const written = tagOfCompressed(tag, weakens)
  if (written === undefined) headers.remove('etag')
  else if (written !== tag) headers.set('etag', written)
}

function coderOf(library: CompressionLibrary): CoderOf {
  return (events) => new BodyCoder(newCompressor(library), Number.POSITIVE_INFINITY, events)
}
