import { create } from '@bufbuild/protobuf'
import { type Any, anyPack } from '@bufbuild/protobuf/wkt'
import { TypedExtensionConfigSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { CustomHeaderConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/original_ip_detection/custom_header/v3/custom_header_pb'
import { XffConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/http/original_ip_detection/xff/v3/xff_pb'
import { UuidRequestIdConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/request_id/uuid/v3/uuid_pb'
import { expect, test } from 'vitest'
import { decodeHttpEdge } from './decode-http-edge.ts'

const extension = (typedConfig: Any) => create(TypedExtensionConfigSchema, { name: 'x', typedConfig })
const xff = (fields: object) => extension(anyPack(XffConfigSchema, create(XffConfigSchema, fields)))
const header = (fields: object) =>
  extension(anyPack(CustomHeaderConfigSchema, create(CustomHeaderConfigSchema, fields)))
const at = 'hcm.original_ip_detection_extensions'

test.each<[string, object, string]>([
  [
    'beside use_remote_address',
    { useRemoteAddress: true, originalIpDetectionExtensions: [xff({})] },
    `${at}: excludes use_remote_address`,
  ],
  [
    'beside trusted hops',
    { xffNumTrustedHops: 1, originalIpDetectionExtensions: [xff({})] },
    `${at}: excludes xff_num_trusted_hops`,
  ],
  [
    'hops and ranges',
    {
      originalIpDetectionExtensions: [
        xff({ xffNumTrustedHops: 1, xffTrustedCidrs: { cidrs: [{ addressPrefix: '10.0.0.0' }] } }),
      ],
    },
    `${at}[0].typed_config.xff_trusted_cidrs: excludes xff_num_trusted_hops`,
  ],
  [
    'no ranges, which would be everybody',
    { originalIpDetectionExtensions: [xff({ xffTrustedCidrs: {} })] },
    `${at}[0].typed_config.xff_trusted_cidrs.cidrs: must not be empty`,
  ],
  [
    'a range that is none',
    { originalIpDetectionExtensions: [xff({ xffTrustedCidrs: { cidrs: [{ addressPrefix: 'ten' }] } })] },
    `${at}[0].typed_config.xff_trusted_cidrs.cidrs[0].address_prefix`,
  ],
  [
    'a name that is none',
    { originalIpDetectionExtensions: [header({ headerName: 'x real' })] },
    `${at}[0].typed_config.header_name: "x real" is no header name`,
  ],
  [
    'a refusal without a status',
    { originalIpDetectionExtensions: [header({ headerName: 'x', rejectWithStatus: {} })] },
    `${at}[0].typed_config.reject_with_status.code: is required`,
  ],
  [
    'another message',
    {
      originalIpDetectionExtensions: [extension(anyPack(UuidRequestIdConfigSchema, create(UuidRequestIdConfigSchema)))],
    },
    `${at}[0].typed_config: envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig is not supported yet`,
  ],
])('refused by its path: %s', (_what, fields, reason) => {
  expect(() => decodeHttpEdge(create(HttpConnectionManagerSchema, fields), 'hcm')).toThrow(reason)
})
