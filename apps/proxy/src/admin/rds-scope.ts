import { httpScope, type StatScope } from './stat.ts'

/** `http.<prefix>.rds.<name>`: the routes of that name, as the listeners of that prefix ask for them. */
export function rdsScope(statPrefix: string, name: string): StatScope {
  const { prefix, labels } = httpScope(statPrefix)
  return { prefix: `${prefix}rds.${name}.`, metric: 'http_rds_', labels: { ...labels, envoy_rds_route_config: name } }
}
