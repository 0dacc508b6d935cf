import { fromBinary } from '@bufbuild/protobuf'
import { compileIpRange } from '@heddle/engine/match/ip-range'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import {
  type CustomHeaderConfig,
  CustomHeaderConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/http/original_ip_detection/custom_header/v3/custom_header_pb'
import {
  type XffConfig,
  XffConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/http/original_ip_detection/xff/v3/xff_pb'
import type { ClientDetection } from './client-detection.ts'
import { typedConfigOf } from './typed-config-of.ts'

/** `original_ip_detection_extensions`, in order. */
export function decodeClientDetections(extensions: readonly TypedExtensionConfig[], path: string): ClientDetection[] {
  return extensions.map((extension, index) => {
    const at = `${path}[${index}].typed_config`
    const { typeName, value } = typedConfigOf(extension, at)
    switch (typeName) {
      case XffConfigSchema.typeName:
        return forwardedForOf(fromBinary(XffConfigSchema, value), at)
      case CustomHeaderConfigSchema.typeName:
        return headerOf(fromBinary(CustomHeaderConfigSchema, value), at)
    }
    throw new ResourceRejected(at, `${typeName} is not supported yet`)
  })
}

function forwardedForOf(
  { xffNumTrustedHops, xffTrustedCidrs, skipXffAppend }: XffConfig,
  path: string,
): ClientDetection {
  const at = `${path}.xff_trusted_cidrs`
  if (xffTrustedCidrs !== undefined && xffNumTrustedHops > 0)
    throw new ResourceRejected(at, 'excludes xff_num_trusted_hops')
  // An Envoy takes no ranges for no condition: it would believe everybody.
  if (xffTrustedCidrs?.cidrs.length === 0) throw new ResourceRejected(`${at}.cidrs`, 'must not be empty')
  return {
    kind: 'forwarded-for',
    trustedHops: xffNumTrustedHops,
    trustedRanges: (xffTrustedCidrs?.cidrs ?? []).map((range, index) => compileIpRange(range, `${at}.cidrs[${index}]`)),
    appends: skipXffAppend === false,
  }
}

function headerOf(message: CustomHeaderConfig, path: string): ClientDetection {
  const name = message.headerName.toLowerCase()
  // Pseudo-headers hold no address, though an Envoy takes their names.
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
    throw new ResourceRejected(`${path}.header_name`, `"${message.headerName}" is no header name`)
  }
  return {
    kind: 'header',
    name,
    isTrusted: message.allowExtensionToSetAddressAsTrusted,
    rejection: rejectionOf(message, `${path}.reject_with_status.code`),
  }
}

/** What is no failure is none to refuse with: 403, as in Envoy. */
function rejectionOf({ rejectWithStatus }: CustomHeaderConfig, path: string): number {
  if (rejectWithStatus === undefined) return 0
  const code: number = rejectWithStatus.code
  if (code === 0) throw new ResourceRejected(path, 'is required')
  return code < 400 ? 403 : code
}
