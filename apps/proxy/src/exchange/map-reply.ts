import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import { noRuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { nowMs } from '../clock/event-clock.ts'
import type { BodyFormat, LocalReplyConfig } from '../config/local-reply.ts'
import { passesLogFilter } from '../format/passes-log-filter.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'

/**
 * Lets `local_reply_config` change an answer of our own: its status, what it says and its headers. Returns the format of its
 * body; undefined where there is none.
 */
export function mapReply(
  config: LocalReplyConfig,
  exchange: HttpExchange,
  headers: HeaderBlock,
): BodyFormat | undefined {
  exchange.durationMs = nowMs() - exchange.startedMs
  const values = exchange.server?.runtime.values() ?? noRuntimeValues
  for (const { filter, status, body, edits, format } of config.mappers) {
    if (!passesLogFilter(filter, exchange, values, Math.random)) continue
    if (body !== undefined) exchange.localReplyBody = body
    // Before the status: what they tell is what has happened.
    applyHeaderEdits(edits, headers, exchange)
    if (status !== undefined) exchange.status = status
    return format ?? config.format
  }
  return config.format
}
