import { STATUS_CODES } from 'node:http'
import type { Problem } from '@heddle/shared/api/problem'
import { ZodError } from 'zod'
import { TokenRefused } from '../access/token-refused.ts'
import { TelemetryRefused } from '../otlp/telemetry-receiver.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { RangeRefused } from '../signals/time-range.ts'
import { isUnreachable, StoreUnavailable } from '../store/open-store.ts'
import { HttpRefusal } from './http-refusal.ts'
import { type HttpCode, statusByCode } from './status-by-code.ts'
import { tellIssue } from './tell-issue.ts'
import { TooMuchWork } from './too-much-work.ts'

/**
 * Any failure as a problem document (RFC 9457). What nobody expected says nothing about our insides. `mayHaveChanged`: the
 * request had committed something before it failed.
 */
export function toProblem(error: unknown, requestId: string, mayHaveChanged = false): Problem {
  if (error instanceof ChangeRefused) {
    const { code, message, hint, findings } = error
    return make(code, message, requestId, {
      ...(hint ? { hint } : {}),
      ...(findings.length > 0 ? { problems: [...findings] } : {}),
    })
  }
  if (error instanceof HttpRefusal) {
    const { code, message, hint, path } = error
    return make(code, message, requestId, { ...(hint ? { hint } : {}), ...(path === undefined ? {} : { path }) })
  }
  if (error instanceof RangeRefused) return make('invalid_body', error.message, requestId)
  if (error instanceof TooMuchWork || error instanceof TokenRefused) return make(error.code, error.message, requestId)
  if (error instanceof TelemetryRefused) {
    return make(error.code, error.message, requestId)
  }
  if (error instanceof ZodError) {
    const [first] = error.issues
    const path = `/${(first?.path ?? []).join('/')}`
    const where = path === '/' ? 'what was sent' : path
    return make('invalid_body', first ? `${where} ${tellIssue(first)}` : 'not readable', requestId, { path })
  }
  if (error instanceof StoreUnavailable || isUnreachable(error)) {
    return mayHaveChanged
      ? make(
          'store_unavailable',
          'the database cannot be reached any more; what was asked for may be done',
          requestId,
          {
            hint: 'look before you ask again',
          },
        )
      : make('store_unavailable', 'the database cannot be reached; nothing was changed', requestId, {
          hint: 'try again in a moment',
        })
  }
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return make('too_large', 'the body is larger than is allowed here', requestId)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return make('unsupported_media_type', 'send application/json (telemetry: application/x-protobuf too)', requestId)
  if (statusCode === 400) return make('malformed_body', (error as Error).message, requestId)
  return make('internal', 'something went wrong on our side', requestId, {
    hint: `the log has it under request ${requestId}`,
  })
}

function make(code: HttpCode, detail: string, requestId: string, more: Partial<Problem> = {}): Problem {
  const status = statusByCode[code]
  return {
    type: `https://heddle.dev/problems/${code}`,
    title: STATUS_CODES[status] ?? code,
    status,
    code,
    detail,
    requestId,
    ...more,
  }
}
