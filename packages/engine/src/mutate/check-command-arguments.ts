import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { FormatCommand } from './format-command.ts'

type Check = (args: string) => string | undefined

/** The words that each place between the colons may have; a place may be left out, but for the first. */
function words(...places: readonly (readonly string[])[]): Check {
  return (args) => {
    const given = args.split(':')
    const wrong = given.findIndex((word, at) => places[at]?.includes(word) !== true)
    return wrong < 0 ? undefined : `"${given[wrong]}" is none of ${(places[wrong] ?? []).join(', ') || 'them'}`
  }
}

const prefixLength: Check = (args) =>
  /^\d{1,3}$/.test(args) && Number(args) <= 128 ? undefined : `"${args}" is no length of a prefix`

/** Metadata of listeners and virtual hosts is left out. */
const metadata = ['DYNAMIC', 'ROUTE', 'CLUSTER', 'UPSTREAM_HOST']

const duration: Check = (args) => {
  const [first, last, unit = 'ms', ...more] = args.split(':')
  if (!first || !last || more.length > 0) return 'it goes from one moment to another, as "DS_RX_BEG:US_TX_END"'
  return ['ms', 'us', 'ns'].includes(unit) ? undefined : `"${unit}" is none of ms, us, ns`
}

/** What `tunneling_config` keeps. */
const keptStates = ['envoy.tcp_proxy.propagate_response_headers', 'envoy.tcp_proxy.propagate_response_trailers']

/** What else Envoy's own filters keep would have to be told; what only extensions could keep is not there. */
const filterState: Check = (args) => {
  const [key = '', form = 'TYPED', field] = args.split(':')
  const isKept = keptStates.includes(key) && form !== 'FIELD'
  if (key === '' || (key.startsWith('envoy.') && !isKept)) return `the state "${key}" is not supported yet`
  if (form === 'FIELD' ? !field : field !== undefined || !['PLAIN', 'TYPED'].includes(form)) {
    return `"${form}" is none of PLAIN, TYPED, and FIELD with a name`
  }
  return undefined
}

const checks: Partial<Record<FormatCommand, Check>> = {
  PATH: words(['WQ', 'NQ'], ['ORIG', 'PATH', 'ORIG_OR_PATH']),
  QUERY_PARAMS: words(['ORIG', 'DECODED']),
  GRPC_STATUS: words(['CAMEL_STRING', 'SNAKE_STRING', 'NUMBER']),
  REQUESTED_SERVER_NAME: words(['SNI_ONLY', 'SNI_FIRST', 'HOST_FIRST'], ['ORIG', 'HOST', 'ORIG_OR_HOST']),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: prefixLength,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: prefixLength,
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: prefixLength,
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: prefixLength,
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: prefixLength,
  COMMON_DURATION: duration,
  FILTER_STATE: filterState,
  UPSTREAM_FILTER_STATE: filterState,
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: prefixLength,
  METADATA: (args) => {
    const [type = ''] = args.split(':')
    return metadata.includes(type) ? undefined : `metadata of ${type || 'nothing'} is not supported yet`
  },
}

/** Refuses what stands in the brackets of an operator when nobody could answer it. */
export function checkCommandArguments(command: FormatCommand, args: string, whole: string, path: string): void {
  const fault = args === '' ? undefined : checks[command]?.(args)
  if (fault !== undefined) throw new ResourceRejected(path, `${whole}: ${fault}`)
}
