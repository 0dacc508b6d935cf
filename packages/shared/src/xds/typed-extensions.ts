import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { ActionSchema } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { OpenTelemetryConfigSchema } from '@heddle/shared/xds/generated/envoy/config/trace/v3/opentelemetry_pb'
import { FileAccessLogSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/file/v3/file_pb'
import {
  HttpGrpcAccessLogConfigSchema,
  TcpGrpcAccessLogConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/grpc/v3/als_pb'
import { OpenTelemetryAccessLogConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/open_telemetry/v3/logs_service_pb'
import {
  StderrAccessLogSchema,
  StdoutAccessLogSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/stream/v3/stream_pb'
import { ClusterConfigSchema as AggregateClusterSchema } from '@heddle/shared/xds/generated/envoy/extensions/clusters/aggregate/v3/cluster_pb'
import { DnsClusterSchema } from '@heddle/shared/xds/generated/envoy/extensions/clusters/dns/v3/dns_cluster_pb'
import { BrotliSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/brotli/compressor/v3/brotli_pb'
import { BrotliSchema as BrotliReaderSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/brotli/decompressor/v3/brotli_pb'
import { GzipSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/gzip/compressor/v3/gzip_pb'
import { GzipSchema as GzipReaderSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/gzip/decompressor/v3/gzip_pb'
import { ZstdSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/zstd/compressor/v3/zstd_pb'
import { ZstdSchema as ZstdReaderSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/zstd/decompressor/v3/zstd_pb'
import {
  BasicAuthPerRouteSchema,
  BasicAuthSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/basic_auth/v3/basic_auth_pb'
import {
  BufferPerRouteSchema,
  BufferSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/buffer/v3/buffer_pb'
import {
  CompressorPerRouteSchema,
  CompressorSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/compressor/v3/compressor_pb'
import {
  CorsPolicySchema,
  CorsSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/cors/v3/cors_pb'
import { CsrfPolicySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/csrf/v3/csrf_pb'
import { DecompressorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/decompressor/v3/decompressor_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { FilterConfigSchema as GrpcStatsSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/grpc_stats/v3/config_pb'
import { GrpcWebSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb'
import {
  HeaderMutationPerRouteSchema,
  HeaderMutationSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb'
import { ConfigSchema as HeaderToMetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata_pb'
import { HealthCheckSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/health_check/v3/health_check_pb'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import {
  RateLimitPerRouteSchema,
  RateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import {
  RBACPerRouteSchema,
  RBACSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import { ConfigSchema as SetMetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/set_metadata/v3/set_metadata_pb'
import {
  StatefulSessionPerRouteSchema,
  StatefulSessionSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb'
import { HttpInspectorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb'
import { OriginalDstSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb'
import { ProxyProtocolSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb'
import { TlsInspectorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb'
import { ConnectionLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/connection_limit/v3/connection_limit_pb'
import { ConfigSchema as DirectResponseSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/direct_response/v3/config_pb'
import { EchoSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/echo/v3/echo_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { LocalRateLimitSchema as NetworkRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/local_ratelimit/v3/local_rate_limit_pb'
import { RateLimitSchema as NetworkRateLimitServiceSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/ratelimit/v3/rate_limit_pb'
import { RBACSchema as NetworkRbacSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/rbac/v3/rbac_pb'
import { SniClusterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/sni_cluster/v3/sni_cluster_pb'
import { TcpProxySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { HealthCheckEventFileSinkSchema } from '@heddle/shared/xds/generated/envoy/extensions/health_check/event_sinks/file/v3/file_pb'
import { HeaderMutationSchema as EarlyHeaderMutationSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb'
import { PreserveCaseFormatterConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/header_formatters/preserve_case/v3/preserve_case_pb'
import { CustomHeaderConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/original_ip_detection/custom_header/v3/custom_header_pb'
import { XffConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/original_ip_detection/xff/v3/xff_pb'
import { CookieBasedSessionStateSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/stateful_session/cookie/v3/cookie_pb'
import { HeaderBasedSessionStateSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/stateful_session/header/v3/header_pb'
import { AllowListedRoutesConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/internal_redirect/allow_listed_routes/v3/allow_listed_routes_config_pb'
import { PreviousRoutesConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/internal_redirect/previous_routes/v3/previous_routes_config_pb'
import { SafeCrossSchemeConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/internal_redirect/safe_cross_scheme/v3/safe_cross_scheme_config_pb'
import { ClientSideWeightedRoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin_pb'
import { LeastRequestSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/least_request/v3/least_request_pb'
import { MaglevSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/maglev/v3/maglev_pb'
import { PeakEwmaSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/peak_ewma/v3alpha/peak_ewma_pb'
import { RandomSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/random/v3/random_pb'
import { RingHashSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/ring_hash/v3/ring_hash_pb'
import { RoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/round_robin/v3/round_robin_pb'
import { SubsetSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/subset/v3/subset_pb'
import { WrrLocalitySchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality_pb'
import { DynamicMetadataInputSchema } from '@heddle/shared/xds/generated/envoy/extensions/matching/common_inputs/network/v3/dynamic_metadata_input_pb'
import {
  DestinationIPInputSchema,
  DestinationPortInputSchema,
  DirectSourceIPInputSchema,
  ServerNameInputSchema,
  SourceIPInputSchema,
  SourcePortInputSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/matching/common_inputs/network/v3/network_inputs_pb'
import {
  DnsSanInputSchema,
  SubjectInputSchema,
  UriSanInputSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/matching/common_inputs/ssl/v3/ssl_inputs_pb'
import { IpSchema } from '@heddle/shared/xds/generated/envoy/extensions/matching/input_matchers/ip/v3/ip_pb'
import { MetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/matching/input_matchers/metadata/v3/metadata_pb'
import { CaresDnsResolverConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/network/dns_resolver/cares/v3/cares_dns_resolver_pb'
import { UriTemplateMatchConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/path/match/uri_template/v3/uri_template_match_pb'
import { UriTemplateRewriteConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/path/rewrite/uri_template/v3/uri_template_rewrite_pb'
import { UuidRequestIdConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/request_id/uuid/v3/uuid_pb'
import { DownstreamConnectionsConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb'
import { FixedHeapConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb'
import { InjectedResourceConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/resource_monitors/injected_resource/v3/injected_resource_pb'
import { OmitCanaryHostsPredicateSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/omit_canary_hosts/v3/omit_canary_hosts_pb'
import { OmitHostMetadataConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/omit_host_metadata/v3/omit_host_metadata_config_pb'
import { PreviousHostsPredicateSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb'
import { PreviousPrioritiesConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb'
import { ProxyProtocolUpstreamTransportSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb'
import { RawBufferSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import {
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb'
import { HttpProtocolOptionsSchema } from '@heddle/shared/xds/generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb'
import { ResourceSchema } from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { RuntimeSchema } from '@heddle/shared/xds/generated/envoy/service/runtime/v3/rtds_pb'
import { HttpRequestHeaderMatchInputSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/http_inputs_pb'
import { IPMatcherSchema } from '@heddle/shared/xds/generated/xds/type/matcher/v3/ip_pb'

import { TypedStructSchema } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'

/** The messages that may stand in an Any of a configuration: without its type, JSON in an Any cannot be read. */
export const typedExtensions = [
  HttpConnectionManagerSchema,
  TcpProxySchema,
  RouterSchema,
  HTTPFaultSchema,
  RBACSchema,
  RBACPerRouteSchema,
  ActionSchema,
  DynamicMetadataInputSchema,
  IpSchema,
  MetadataSchema,
  HttpRequestHeaderMatchInputSchema,
  IPMatcherSchema,
  DestinationIPInputSchema,
  DestinationPortInputSchema,
  DirectSourceIPInputSchema,
  ServerNameInputSchema,
  SourceIPInputSchema,
  SourcePortInputSchema,
  DnsSanInputSchema,
  SubjectInputSchema,
  UriSanInputSchema,
  FilterConfigSchema,
  UriTemplateMatchConfigSchema,
  UriTemplateRewriteConfigSchema,
  CorsSchema,
  CorsPolicySchema,
  LocalRateLimitSchema,
  NetworkRateLimitSchema,
  NetworkRateLimitServiceSchema,
  NetworkRbacSchema,
  ConnectionLimitSchema,
  SniClusterSchema,
  EchoSchema,
  DirectResponseSchema,
  RateLimitSchema,
  RateLimitPerRouteSchema,
  TlsInspectorSchema,
  HttpInspectorSchema,
  ProxyProtocolSchema,
  OriginalDstSchema,
  ProxyProtocolUpstreamTransportSchema,
  RawBufferSchema,
  AggregateClusterSchema,
  DnsClusterSchema,
  StatefulSessionSchema,
  StatefulSessionPerRouteSchema,
  CookieBasedSessionStateSchema,
  HeaderBasedSessionStateSchema,
  FileAccessLogSchema,
  StdoutAccessLogSchema,
  StderrAccessLogSchema,
  OpenTelemetryAccessLogConfigSchema,
  HttpGrpcAccessLogConfigSchema,
  TcpGrpcAccessLogConfigSchema,
  EarlyHeaderMutationSchema,
  HealthCheckEventFileSinkSchema,
  XffConfigSchema,
  CustomHeaderConfigSchema,
  GrpcWebSchema,
  BasicAuthSchema,
  BasicAuthPerRouteSchema,
  UuidRequestIdConfigSchema,
  PreserveCaseFormatterConfigSchema,
  HeaderMutationSchema,
  HeaderMutationPerRouteSchema,
  HealthCheckSchema,
  BufferSchema,
  BufferPerRouteSchema,
  CsrfPolicySchema,
  GrpcStatsSchema,
  HeaderToMetadataSchema,
  SetMetadataSchema,
  CompressorSchema,
  CompressorPerRouteSchema,
  DecompressorSchema,
  GzipSchema,
  GzipReaderSchema,
  BrotliSchema,
  BrotliReaderSchema,
  ZstdSchema,
  ZstdReaderSchema,
  HttpProtocolOptionsSchema,
  TypedStructSchema,
  OpenTelemetryConfigSchema,
  CaresDnsResolverConfigSchema,
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
  SecretSchema,
  RuntimeSchema,
  // Resources themselves, as they stand in a DiscoveryResponse.
  ClusterSchema,
  ClusterLoadAssignmentSchema,
  ListenerSchema,
  RouteConfigurationSchema,
  ResourceSchema,
  LeastRequestSchema,
  MaglevSchema,
  ClientSideWeightedRoundRobinSchema,
  PeakEwmaSchema,
  RandomSchema,
  RingHashSchema,
  RoundRobinSchema,
  SubsetSchema,
  WrrLocalitySchema,
  PreviousHostsPredicateSchema,
  OmitCanaryHostsPredicateSchema,
  OmitHostMetadataConfigSchema,
  PreviousPrioritiesConfigSchema,
  PreviousRoutesConfigSchema,
  AllowListedRoutesConfigSchema,
  SafeCrossSchemeConfigSchema,
  FixedHeapConfigSchema,
  DownstreamConnectionsConfigSchema,
  InjectedResourceConfigSchema,
] as const
