import { FilterConfigSchema } from './generated/envoy/config/route/v3/route_components_pb.js'
import { FileAccessLogSchema } from './generated/envoy/extensions/access_loggers/file/v3/file_pb.js'
import { StdoutAccessLogSchema } from './generated/envoy/extensions/access_loggers/stream/v3/stream_pb.js'
import { HTTPFaultSchema } from './generated/envoy/extensions/filters/http/fault/v3/fault_pb.js'
import { RBACPerRouteSchema, RBACSchema } from './generated/envoy/extensions/filters/http/rbac/v3/rbac_pb.js'
import { RouterSchema } from './generated/envoy/extensions/filters/http/router/v3/router_pb.js'
import { HttpConnectionManagerSchema } from './generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js'
import { TcpProxySchema } from './generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js'
import { HttpProtocolOptionsSchema } from './generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js'

/** The messages that may stand in an Any of a configuration: without its type, JSON in an Any cannot be read. */
export const typedExtensions = [
  HttpConnectionManagerSchema,
  TcpProxySchema,
  RouterSchema,
  HTTPFaultSchema,
  RBACSchema,
  RBACPerRouteSchema,
  FilterConfigSchema,
  FileAccessLogSchema,
  StdoutAccessLogSchema,
  HttpProtocolOptionsSchema,
] as const
