import type { FormatOperator } from './format-operator.ts'
import type { LoggedExchange } from './logged-exchange.ts'

const none = () => ''

/** What stands under a path of keys, `namespace:key:key`. */
function valueAt(metadata: unknown, keys: string): unknown {
  let value = metadata
  for (const key of keys.split(':')) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
  }
  return value
}

/** With its keys in order, as Envoy writes a struct. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${json(each)}`).join(',')}}`
}

function operator(read: (exchange: LoggedExchange, args: string) => unknown): FormatOperator {
  return {
    http: (exchange, args) => {
      const value = read(exchange, args)
      return typeof value === 'string'
        ? value
        : value === undefined || value === null
          ? ''
          : typeof value === 'object'
            ? json(value)
            : String(value)
    },
    tcp: none,
    json: (exchange, args) => {
      const value = read(exchange, args)
      return value === undefined ? 'null' : json(value)
    },
  }
}

const ofCluster = ({ cluster, config, choice }: LoggedExchange, keys: string) =>
  valueAt((cluster ?? config.clusters.get(choice?.cluster ?? ''))?.metadata, keys)
const ofEndpoint = ({ endpoint }: LoggedExchange, keys: string) => valueAt(endpoint?.metadata, keys)

/** What the configuration says of the route, the cluster and the endpoint, for who reads it. */
export const metadataOperators = {
  METADATA: operator((exchange, args) => {
    const colon = args.indexOf(':')
    const keys = colon < 0 ? '' : args.slice(colon + 1)
    switch (colon < 0 ? args : args.slice(0, colon)) {
      case 'DYNAMIC':
        return valueAt(exchange.dynamicMetadata, keys)
      case 'ROUTE':
        return valueAt(exchange.route?.metadata, keys)
      case 'CLUSTER':
        return ofCluster(exchange, keys)
      default:
        return ofEndpoint(exchange, keys)
    }
  }),
  DYNAMIC_METADATA: operator(({ dynamicMetadata }, keys) => valueAt(dynamicMetadata, keys)),
  CLUSTER_METADATA: operator(ofCluster),
  UPSTREAM_METADATA: operator(ofEndpoint),
} as const
