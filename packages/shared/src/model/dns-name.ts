import { z } from 'zod'
import { withCode } from './issue-code.ts'

/** RFC 1123 label: the form of namespaces and services. */
export const DnsLabel = withCode(
  'HED-108',
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
      error: 'lower-case letters, digits and "-", beginning and ending with a letter or digit',
    }),
)

/** RFC 1123 subdomain: the form of most object names. */
export const DnsSubdomain = withCode(
  'HED-108',
  z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
      error: 'lower-case labels of letters, digits and "-", joined by "."',
    }),
)

/** A host name as HTTPRoute writes it: lower case, the first label may be `*`. */
export const Hostname = withCode(
  'HED-108',
  z
    .string()
    .max(253)
    .regex(/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
      error: 'a lower-case host name without port; the first label may be "*"',
    }),
)

/** A host name without wildcard. */
export const PreciseHostname = DnsSubdomain

export const PortNumber = z.int().min(1).max(65535)
