import { createRegistry } from '@bufbuild/protobuf'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import { RateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import {
  RBACPerRouteSchema,
  RBACSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { TcpProxySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { LeastRequestSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/least_request/v3/least_request_pb'
import { RoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/round_robin/v3/round_robin_pb'
import { PreviousHostsPredicateSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb'
import { HttpProtocolOptionsSchema } from '@heddle/shared/xds/generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb'
import { TypedStructSchema } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'

/** Every message that our resources hold as an `Any`, so that they can be written as JSON. */
export const anyRegistry = createRegistry(
  HttpConnectionManagerSchema,
  HTTPFaultSchema,
  RBACPerRouteSchema,
  RBACSchema,
  RouterSchema,
  TcpProxySchema,
  HttpProtocolOptionsSchema,
  PreviousHostsPredicateSchema,
  TypedStructSchema,
  FilterConfigSchema,
  LocalRateLimitSchema,
  RateLimitSchema,
  LeastRequestSchema,
  RoundRobinSchema,
)
