import type { HttpFilter } from '@heddle/engine/filter/http-filter'
import type { HttpChain } from '../config/http-chain.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { HttpFilters } from '../exchange/http-filters.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { Filter } from '../exchange/verdict.ts'
import { answerCors, markCors } from './answer-cors.ts'
import { answerHealthCheck, markHealthAnswer } from './answer-health-check.ts'
import { askPassword } from './ask-password.ts'
import { askRateLimit, tellService } from './ask-rate-limit.ts'
import { bufferRequest } from './buffer-request.ts'
import { checkOrigin } from './check-origin.ts'
import { cleanHost } from './clean-host.ts'
import { clientCertificate } from './client-certificate.ts'
import { compressAnswer, compressorCounts, compressRequest } from './compress-body.ts'
import { countGrpc } from './count-grpc.ts'
import { decompressAnswer, decompressorCounts, decompressRequest } from './decompress-body.ts'
import { defaultHost } from './default-host.ts'
import { editEarly } from './edit-early.ts'
import { enforceAuthz } from './enforce-authz.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import { injectFault } from './inject-fault.ts'
import { giveSession, keepSession } from './keep-session.ts'
import { limitInFlight } from './limit-in-flight.ts'
import { limitRate, tellLimit } from './limit-rate.ts'
import { mutateAnswer, mutateHeaders } from './mutate-headers.ts'
import { setRequestId } from './set-request-id.ts'
import { signResponse } from './sign-response.ts'
import { tellProxyStatus } from './tell-proxy-status.ts'
import { traceContext } from './trace-context.ts'
import { answerInGrpcWeb, translateGrpcWeb } from './translate-grpc-web.ts'
import { answersWhereTurnedOn, whereTurnedOn } from './where-turned-on.ts'
import { readAnswerMetadata, readMetadata, writeMetadata } from './write-metadata.ts'

/** Both directions have the same road; what differs is in the chain's configuration. Read from top to bottom. */
export function buildFilters(
  chain: HttpChain,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): HttpFilters {
  const clean = cleanHost(chain.edge)
  const named = defaultHost(chain.edge.defaultHost)
  const certificate = clientCertificate(chain.edge.clientCertificate)
  return {
    request: [
      // First: a full proxy must spend nothing on a request that it cannot serve.
      limitInFlight(runtime),
      // Before anything reads a header.
      ...(chain.earlyEdits.length === 0 ? [] : [editEarly(chain.earlyEdits)]),
      // Before anything reads the host.
      ...(clean === undefined ? [] : [clean]),
      ...(named === undefined ? [] : [named]),
      // Before anything reads headers: what a client may not claim is gone by then.
      forwardedHeaders(chain.edge, { cluster: runtime.nodeCluster, node: runtime.nodeId }, runtime.counts),
      ...(certificate === undefined ? [] : [certificate]),
      setRequestId({
        replaces: chain.edge.isEdge && !chain.edge.preservesRequestId,
        generates: chain.generateRequestId,
      }),
      // Before the route, so that a request without one has a trace too.
      ...(chain.tracing === undefined
        ? []
        : [traceContext(chain.tracing.samplingRatio, runtime, chain.requestIdTracing)]),
    ],
    // As the configuration orders them: control puts authorization before faults, so that an experiment opens nothing.
    routed: chain.filters.map((filter) => buildFilter(filter, chain, runtime, resume)),
    // Backwards, so that the first filter has the last word but for what the chain says of itself.
    response: [
      ...chain.filters.flatMap((filter) => buildResponseFilter(filter, chain, runtime)).reverse(),
      ...signResponse(chain.edge),
      ...(chain.proxyStatus === undefined ? [] : [tellProxyStatus(chain.proxyStatus, runtime.nodeId)]),
    ],
  }
}

function buildFilter(
  filter: HttpFilter,
  chain: HttpChain,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): Filter<RoutedStage> {
  const { statPrefix } = chain
  switch (filter.kind) {
    case 'rbac':
      return enforceAuthz(filter)
    case 'fault':
      return injectFault(filter, runtime, resume)
    case 'cors':
      return answerCors(filter, runtime)
    case 'session':
      return keepSession(filter)
    case 'rate-limit':
      return askRateLimit(filter, runtime, resume)
    case 'local-rate-limit':
      return limitRate(filter, runtime)
    case 'header-mutation':
      return mutateHeaders(filter)
    case 'grpc-stats':
      return countGrpc(filter, runtime)
    case 'basic-auth':
      return askPassword(filter, runtime)
    case 'grpc-web':
      return translateGrpcWeb(filter, runtime)
    case 'csrf':
      return checkOrigin(filter, runtime)
    case 'buffer':
      return bufferRequest(filter)
    case 'header-to-metadata':
      return readMetadata(filter)
    case 'set-metadata':
      return writeMetadata(filter, runtime)
    case 'health-check':
      return answerHealthCheck(filter, runtime)
    case 'compressor':
      return compressRequest(filter, compressorCounts(filter, statPrefix, runtime), runtime)
    case 'disabled':
      return whereTurnedOn(filter, buildFilter(filter.filter, chain, runtime, resume))
    case 'decompressor':
      return decompressRequest(filter, decompressorCounts(filter, statPrefix, runtime), runtime)
  }
}

function buildResponseFilter(filter: HttpFilter, chain: HttpChain, runtime: Runtime): ResponseFilter[] {
  const { statPrefix } = chain
  switch (filter.kind) {
    case 'cors':
      return [markCors(filter)]
    case 'session':
      return [giveSession]
    case 'rate-limit':
      return [tellService(filter)]
    case 'local-rate-limit':
      return [tellLimit]
    case 'header-mutation':
      return [mutateAnswer(filter)]
    case 'health-check':
      return [markHealthAnswer(filter, runtime)]
    case 'grpc-web':
      return [answerInGrpcWeb]
    case 'header-to-metadata':
      return [readAnswerMetadata(filter)]
    case 'compressor':
      return [compressAnswer(filter, compressorCounts(filter, statPrefix, runtime), runtime)]
    case 'decompressor':
      return [decompressAnswer(filter, decompressorCounts(filter, statPrefix, runtime), runtime)]
    case 'disabled':
      return buildResponseFilter(filter.filter, chain, runtime).map((each) => answersWhereTurnedOn(filter, each))
    case 'rbac':
    case 'fault':
    case 'basic-auth':
    case 'csrf':
    case 'grpc-stats':
    case 'buffer':
    case 'set-metadata':
      return []
  }
}
