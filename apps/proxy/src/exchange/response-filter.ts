import type { TokenBucket } from '@heddle/engine/limit/token-bucket'
import type { DynamicMetadata } from '@heddle/engine/metadata/dynamic-metadata'
import type { FormatView } from '@heddle/engine/mutate/format-view'
import type { ClusterChoice } from '@heddle/engine/route/forward-action'
import type { Route } from '@heddle/engine/route/route'
import type { SessionPolicy } from '@heddle/engine/session/session-policy'
import type { EndpointConfig } from '../config/assignment.ts'
import type { HttpChain } from '../config/http-chain.ts'
import type { Framing } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { AnswerCodings } from './answer-codings.ts'
import type { DetouredExchange } from './answer-detour.ts'
import type { GrpcWebCall } from './grpc-web-call.ts'
import type { LimitAnswer } from './limit-answer.ts'

/** May change an answer's headers, whoever made it. */
export type ResponseFilter = (stage: ResponseStage, headers: HeaderBlock) => void

/** What a response filter sees of an exchange. The route is known only when the request came so far, as is the endpoint. */
export type ResponseStage = FormatView &
  DetouredExchange & {
    /** The request's. */
    readonly headers: HeaderBlock
    readonly route: Route | undefined
    readonly chain: HttpChain
    readonly upgrade: string
    readonly choice: ClusterChoice | undefined
    readonly endpoint: EndpointConfig | undefined
    /** A filter may say otherwise. */
    status: number
    responseFraming: Framing
    responseLength: number
    readonly flags: string
    readonly details: string
    // what filters of the request have left
    readonly corsOrigin: string
    dynamicMetadata: DynamicMetadata | undefined
    readonly isHealthCheck: boolean
    readonly grpcWeb: GrpcWebCall | undefined
    readonly answerCodings: AnswerCodings | undefined
    readonly limitAnswer: LimitAnswer | undefined
    readonly limitedBy: TokenBucket | undefined
    readonly session: SessionPolicy | undefined
    readonly sessionAddress: string
  }
