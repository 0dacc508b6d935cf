import { type HttpFilter, heldMetadataRules, setsMetadata } from '@heddle/engine/filter/http-filter'
import { newDynamicMetadata } from '@heddle/engine/metadata/dynamic-metadata'
import { addMetadata, metadataFrom } from '@heddle/engine/metadata/header-to-metadata'
import { setMetadata } from '@heddle/engine/metadata/set-metadata'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

type HeaderFilter = Extract<HttpFilter, { kind: 'header-to-metadata' }>

/** `header_to_metadata`: what headers say is kept for rules, logs and other headers. */
export function readMetadata(filter: HeaderFilter): Filter<RoutedStage> {
  return (exchange) => {
    const rules = heldMetadataRules(filter, exchange.route, exchange.choice)?.request
    if (rules === undefined || rules.length === 0) return CONTINUE
    const found = metadataFrom(rules, {
      // All lines of it: a rule must not miss what stands on the second.
      get: (name) => exchange.headers.get(name) ?? exchange.requestHeader(name),
      remove: (name) => exchange.headers.remove(name),
    })
    if (found === undefined) return CONTINUE
    exchange.dynamicMetadata ??= newDynamicMetadata()
    addMetadata(exchange.dynamicMetadata, found)
    return CONTINUE
  }
}

/** The same of answers, the proxy's own among them. */
export function readAnswerMetadata(filter: HeaderFilter): ResponseFilter {
  return (exchange, headers) => {
    const { route, choice } = exchange
    const rules = route === undefined ? filter.rules : heldMetadataRules(filter, route, choice)
    const found =
      rules &&
      metadataFrom(rules.response, {
        get: (name) => (name === ':status' ? String(exchange.status) : headers.get(name)),
        remove: (name) => headers.remove(name),
      })
    if (found === undefined) return
    exchange.dynamicMetadata ??= newDynamicMetadata()
    addMetadata(exchange.dynamicMetadata, found)
  }
}

/** `set_metadata`: the same for every request. */
export function writeMetadata(
  filter: Extract<HttpFilter, { kind: 'set-metadata' }>,
  { counts }: Runtime,
): Filter<RoutedStage> {
  return (exchange) => {
    if (!setsMetadata(filter, exchange.route, exchange.choice)) return CONTINUE
    exchange.dynamicMetadata ??= newDynamicMetadata()
    const denied = setMetadata(filter.entries, exchange.dynamicMetadata)
    if (denied === 0) return CONTINUE
    const { statPrefix } = exchange.chain
    counts.metadataDenied.set(statPrefix, (counts.metadataDenied.get(statPrefix) ?? 0) + denied)
    return CONTINUE
  }
}
