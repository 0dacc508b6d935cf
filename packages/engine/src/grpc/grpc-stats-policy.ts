import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { GrpcMethodList } from '@heddle/shared/xds/generated/envoy/config/core/v3/grpc_method_list_pb'
import {
  type FilterConfig,
  FilterConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/grpc_stats/v3/config_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'

/** Which calls of gRPC are counted by themselves (`envoy.filters.http.grpc_stats`); others are counted together. */
export type GrpcStatsPolicy = {
  /** By path; undefined: all of them. */
  readonly paths: ReadonlySet<string> | undefined
  /** Of names that no list has. */
  readonly replacesDots: boolean
}

const supported = new Set([
  // There is nobody here who could read it.
  'emit_filter_state',
  'individual_method_stats_allowlist',
  'stats_for_all_methods',
  'replace_dots_in_grpc_service_name',
])

export function compileGrpcStats(message: FilterConfig, path: string): GrpcStatsPolicy {
  refuseUnsupported(FilterConfigSchema, message, supported, path)
  const { perMethodStatSpecifier: methods } = message
  const replacesDots = message.replaceDotsInGrpcServiceName
  if (methods.case === 'statsForAllMethods' && methods.value) return { paths: undefined, replacesDots }
  if (methods.case !== 'individualMethodStatsAllowlist') return { paths: new Set(), replacesDots }
  return { paths: new Set(pathsOf(methods.value, `${path}.individual_method_stats_allowlist`)), replacesDots }
}

function pathsOf({ services }: GrpcMethodList, path: string): string[] {
  return services.flatMap(({ name, methodNames }, index) => {
    const at = `${path}.services[${index}]`
    if (name === '') throw new ResourceRejected(`${at}.name`, 'must not be empty')
    if (methodNames.length === 0) throw new ResourceRejected(`${at}.method_names`, 'must not be empty')
    return methodNames.map((method) => `/${name}/${method}`)
  })
}

/** "service.method" as statistics have it; "" for a call that is not counted by itself; undefined: it is not counted. */
export function countedName({ paths, replacesDots }: GrpcStatsPolicy, path: string): string | undefined {
  const [, service, method] = /^\/([^/]+)\/([^/]+)$/.exec(path) ?? []
  if (service === undefined || method === undefined) return undefined
  if (paths !== undefined && !paths.has(path)) return ''
  return `${replacesDots && paths === undefined ? service.replaceAll('.', '_') : service}.${method}`
}
