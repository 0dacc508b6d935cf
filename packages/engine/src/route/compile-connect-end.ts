import {
  ProxyProtocolConfigSchema,
  ProxyProtocolConfig_Version as Version,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/proxy_protocol_pb'
import {
  type RouteAction,
  RouteAction_UpgradeConfig_ConnectConfigSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { ConnectEnd } from './forward-action.ts'

const supported = new Set(['proxy_protocol_config'])
const supportedHeader = new Set(['version'])

/** `upgrade_configs[].connect_config`; that it stands with CONNECT alone is seen with the upgrades. */
export function compileConnectEnd({ upgradeConfigs }: RouteAction, path: string): ConnectEnd | undefined {
  for (const [index, { connectConfig }] of upgradeConfigs.entries()) {
    if (connectConfig === undefined) continue
    const at = `${path}.upgrade_configs[${index}].connect_config`
    refuseUnsupported(RouteAction_UpgradeConfig_ConnectConfigSchema, connectConfig, supported, at)
    const { proxyProtocolConfig: header } = connectConfig
    if (header === undefined) return { proxyHeader: undefined }
    refuseUnsupported(ProxyProtocolConfigSchema, header, supportedHeader, `${at}.proxy_protocol_config`)
    return { proxyHeader: header.version === Version.V2 ? 2 : 1 }
  }
  return undefined
}
