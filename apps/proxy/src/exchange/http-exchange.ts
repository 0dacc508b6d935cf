import type { RequestHash } from '@heddle/engine/hash/hash-request'
import type { TokenBucket } from '@heddle/engine/limit/token-bucket'
import { isGrpcType } from '@heddle/engine/match/is-grpc-type'
import type { DynamicMetadata } from '@heddle/engine/metadata/dynamic-metadata'
import type { FormatCommand } from '@heddle/engine/mutate/format-command'
import type { MetadataView } from '@heddle/engine/request/metadata-view'
import type { ClusterChoice } from '@heddle/engine/route/forward-action'
import type { RedirectTrail } from '@heddle/engine/route/internal-redirect'
import type { Route } from '@heddle/engine/route/route'
import type { SessionPolicy } from '@heddle/engine/session/session-policy'
import { wallMs } from '../clock/event-clock.ts'
import type { EndpointConfig } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { HttpChain } from '../config/http-chain.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { VirtualClusterCounts } from '../counts/virtual-cluster-counts.ts'
import { formatOperators } from '../format/format-operators.ts'
import type { LoggedExchange } from '../format/logged-exchange.ts'
import { type Framing, NO_BODY } from '../message/body-framing.ts'
import type { DownstreamPort } from '../message/downstream-port.ts'
import { HeaderBlock } from '../message/header-block.ts'
import { requestLists, responseLists, trailerLists } from '../message/list-fields.ts'
import { type ConnectionPeer, nobody, RequestPeer } from '../message/request-peer.ts'
import type { AnswerCodings } from './answer-codings.ts'
import type { AnswerDetour, DetouredExchange } from './answer-detour.ts'
import type { CountedCall } from './counted-call.ts'
import type { ExchangeServer } from './exchange-server.ts'
import type { GrpcWebCall } from './grpc-web-call.ts'
import type { LimitAnswer } from './limit-answer.ts'
import { noDownstream } from './no-downstream.ts'
import type { RecodingExchange, RequestDetour } from './request-detour.ts'
import type { ResponseFilter, ResponseStage } from './response-filter.ts'
import type { ResponseFlag } from './response-flag.ts'
import type { UpstreamTry } from './upstream-try.ts'

/**
 * One request and its response. One object per request under way, used again for request after request, of whatever
 * connection: `attach` says whose they are, `begin` puts every other field back. Filters see narrower types of it (`filter-stages.ts`), so that none reads what is not known yet.
 */
export class HttpExchange implements LoggedExchange, ResponseStage, DetouredExchange, RecodingExchange {
  downstream: DownstreamPort
  server: ExchangeServer | undefined = undefined
  /** The connection's own, for the metrics: in which series its last request was counted. */
  seriesMemo: unknown = undefined
  /** Those of the time when the request began. */
  listener: ListenerConfig
  chain: HttpChain
  readonly peer: RequestPeer
  /** The connection that the request came on. */
  connection: ConnectionPeer
  /** The configuration that the request started with; a new one does not touch it. */
  config: ProxyConfig
  /** Grows with each request: what resumes later compares it, lest it resume a stranger. */
  generation = 0
  nextFilter = 0
  responseFilters: readonly ResponseFilter[] = []

  // the request
  headers: HeaderBlock = new HeaderBlock()
  method = ''
  scheme = 'http'
  path = ''
  query = ''
  endsInMark = false
  /** The Host header as written; what is forwarded unless a route rewrites it. */
  host = ''
  authority = ''
  authorityPort = 0
  /** 1 or 2. */
  majorVersion = 1
  minorVersion = 1
  requestFraming: Framing = NO_BODY
  /** As the client says it; −1 where it does not. */
  requestLength = -1
  /** Of the answer, as it is framed; -1 where that is not known. */
  responseLength = -1
  upgrade = ''
  startedMs = 0
  startedAt = 0

  // what was decided
  route: Route | undefined
  choice: ClusterChoice | undefined
  cluster: ClusterConfig | undefined
  endpoint: EndpointConfig | undefined
  matchedPolicy = ''
  /** "FaultInjection/shop/slow": what delayed, slowed, answered or refused it, where that has a name; the last one. */
  actedOnBy = ''
  shadowPolicy = ''
  attempts = 0
  /** What balancing by hash keeps it together with others by. */
  readonly hash: RequestHash = { hi: 0, lo: 0, isSet: false, cookie: '' }
  faultIsActive = false
  /** It asks how the workload is, and is no traffic (`filter/answer-health-check.ts`). */
  isHealthCheck = false
  /** The origin that CORS allows; empty for none. */
  corsOrigin = ''
  /** Where the client keeps its endpoint, and which one it brought; empty for none. */
  session: SessionPolicy | undefined
  sessionAddress = ''
  /** Where redirects that the proxy followed have led it; nearly always nowhere. */
  redirects: RedirectTrail | undefined
  /** Where it is counted by itself, beside its cluster. */
  virtualCluster: VirtualClusterCounts | undefined
  /** Its messages are counted; nearly never. */
  grpcCall: CountedCall | undefined
  /** It came as gRPC-Web; nearly never. */
  grpcWeb: GrpcWebCall | undefined
  /** What filters have said of it, for rules, logs and headers; nearly always nothing. */
  dynamicMetadata: DynamicMetadata | undefined
  /** The bucket that decided on it, where the limit tells how full it is. */
  limitedBy: TokenBucket | undefined
  /** In which codings its answer may come, where there are compressors. */
  answerCodings: AnswerCodings | undefined
  /** What writes its body another way before it is sent on; nearly always nothing. */
  requestDetour: RequestDetour | undefined
  /** What rate limit services said of it, the last one first. */
  limitAnswer: LimitAnswer | undefined

  // tracing
  traceId = ''
  spanId = ''
  parentSpanId = ''
  isSampled = false

  // the response
  /** Answered, or given up: nothing more may be done for it. */
  isEnded = false
  /** Where its body goes through on its way; nearly always nowhere. */
  answerDetour: AnswerDetour | undefined
  /** Filters may say otherwise. */
  responseFraming: Framing = NO_BODY
  status = 0
  flags = ''
  details = ''
  /** Who broke its stream off before both directions were over. */
  cutBy: 'nobody' | 'client' | 'proxy' = 'nobody'
  /** Why there was no connection to the upstream. */
  transportFailure = ''
  responseHeaders: HeaderBlock | undefined
  responseTrailers: HeaderBlock | undefined
  /** The last try, for where its connection comes from. */
  lastTry: UpstreamTry | undefined
  /** Of an answer of our own, before a format is made of it. */
  localReplyBody = ''
  requestBytes = 0
  responseBytes = 0
  /** Until the request was whole; -1 while it is not. */
  requestMs = -1
  upstreamMs = -1
  durationMs = 0
  grpcStatus = ''

  constructor(
    downstream: DownstreamPort,
    listener: ListenerConfig,
    chain: HttpChain,
    connection: ConnectionPeer,
    config: ProxyConfig,
  ) {
    this.downstream = downstream
    this.listener = listener
    this.chain = chain
    this.connection = connection
    this.peer = new RequestPeer(connection)
    this.config = config
  }

  attach(downstream: DownstreamPort, connection: ConnectionPeer, seriesMemo: unknown): void {
    this.downstream = downstream
    this.connection = connection
    this.peer.take(connection)
    this.seriesMemo = seriesMemo
  }

  /** Holds nothing of the connection that it has served. */
  detach(): void {
    this.downstream = noDownstream
    this.connection = nobody
    this.seriesMemo = undefined
    this.lastTry = undefined
  }

  begin(config: ProxyConfig, nowMs: number): void {
    this.config = config
    this.generation++
    this.downstream.sent.reset()
    this.nextFilter = 0
    this.peer.remoteAddress = this.connection.remoteAddress
    this.scheme = this.connection.isSecure ? 'https' : 'http'
    this.startedMs = nowMs
    this.startedAt = wallMs()
    this.path = ''
    this.query = ''
    this.endsInMark = false
    this.authority = ''
    this.authorityPort = 0
    this.route = undefined
    this.choice = undefined
    this.cluster = undefined
    this.endpoint = undefined
    this.matchedPolicy = ''
    this.actedOnBy = ''
    this.shadowPolicy = ''
    this.attempts = 0
    this.hash.isSet = false
    this.hash.cookie = ''
    this.faultIsActive = false
    this.isHealthCheck = false
    this.corsOrigin = ''
    this.session = undefined
    this.sessionAddress = ''
    this.redirects = undefined
    this.grpcCall = undefined
    this.grpcWeb = undefined
    this.dynamicMetadata = undefined
    this.virtualCluster = undefined
    this.limitedBy = undefined
    this.limitAnswer = undefined
    this.answerCodings = undefined
    this.requestDetour = undefined
    this.traceId = ''
    this.spanId = ''
    this.parentSpanId = ''
    this.isSampled = false
    this.isEnded = false
    this.answerDetour = undefined
    this.status = 0
    this.flags = ''
    this.details = ''
    this.cutBy = 'nobody'
    this.responseHeaders = undefined
    this.responseLength = -1
    this.responseTrailers = undefined
    this.lastTry = undefined
    this.localReplyBody = ''
    this.transportFailure = ''
    this.requestBytes = 0
    this.responseBytes = 0
    this.requestMs = -1
    this.upstreamMs = -1
    this.durationMs = 0
    this.grpcStatus = ''
  }

  addFlag(flag: ResponseFlag): void {
    if (this.flags === '') this.flags = flag
    else if (!this.flags.split(',').includes(flag)) this.flags += `,${flag}`
  }

  /** The body of the answer to a head that is refused, which the codec sends. */
  countRefusal(bytes: number): void {
    this.responseBytes = bytes
    this.responseLength = bytes || -1
  }

  /** Some of the answer's body. */
  countResponse(chunk: Buffer): void {
    this.responseBytes += chunk.length
    if (this.grpcCall !== undefined) this.grpcCall.response(chunk)
  }

  takeTrailers(trailers: HeaderBlock | undefined): void {
    this.responseTrailers = trailers
    this.grpcStatus = trailers?.get('grpc-status') ?? this.responseHeaders?.get('grpc-status') ?? ''
  }

  /** As metrics name the protocol. */
  get isGrpc(): boolean {
    return isGrpcType(this.headers.get('content-type'))
  }

  // RequestView
  header(name: string): string | undefined {
    return this.headers.get(name)
  }

  get routeMetadata(): MetadataView {
    return this.route?.metadata
  }

  headerValues(name: string): readonly string[] {
    return this.headers.lines(name)
  }

  // FormatView
  requestHeader(name: string): string | undefined {
    switch (name) {
      case ':path':
        return this.target || undefined
      case ':method':
        return this.method || undefined
      case ':authority':
        return this.host || undefined
      case ':scheme':
        return this.scheme
      // It frames this hop's message, and is none of the fields that are sent on.
      case 'content-length':
        return this.requestLength >= 0 ? String(this.requestLength) : undefined
      default:
        return this.headers.told(name, requestLists)
    }
  }

  responseHeader(name: string): string | undefined {
    if (name === ':status') return String(this.status)
    if (name === 'content-length' && this.responseLength >= 0) return String(this.responseLength)
    return this.responseHeaders?.told(name, responseLists)
  }

  get target(): string {
    return this.path + this.search
  }

  /** The query with its "?"; empty where there is neither. */
  get search(): string {
    if (this.query === '') return this.endsInMark ? '?' : ''
    return `?${this.query}`
  }

  responseTrailer(name: string): string | undefined {
    return this.responseTrailers?.told(name, trailerLists)
  }

  command(command: FormatCommand, args: string): string | undefined {
    return formatOperators[command].http(this, args) || undefined
  }
}
