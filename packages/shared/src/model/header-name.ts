import { z } from 'zod'

/** RFC 9110 field name. Pseudo headers such as ":path" are not names. */
export const HeaderName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/, { error: 'a header name: letters, digits and "-"' })

/** A header value that can be sent: no control characters, no space at its ends. */
export const HeaderValue = z
  .string()
  .min(1)
  .max(4096)
  // Horizontal tab, visible ASCII, space and opaque bytes; RFC 9110, section 5.5.
  .regex(/^[\t\x20-\x7e\x80-\xff]+$/, { error: 'printable characters only' })
  .refine((value) => value === value.trim(), { error: 'must not begin or end with a space' })
