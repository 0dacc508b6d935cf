import type { Locality } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'

/** A locality as one text: "region/zone/sub-zone"; "" for none. */
export function localityName(locality: Locality | undefined): string {
  return locality === undefined ? '' : [locality.region, locality.zone, locality.subZone].filter(Boolean).join('/')
}
