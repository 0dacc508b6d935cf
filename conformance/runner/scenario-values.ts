import { z } from 'zod'
import type { Bytes } from './bytes-of.ts'
import { frameTypes } from './frame-types.ts'

/** Part of a resource, in Envoy's own words. */
export const json = z.record(z.string(), z.unknown())

/** Files by name: a message, or a text that is none. */
export const files = z.record(z.string(), z.union([json, z.string()]))

export const bytes: z.ZodType<Bytes> = z.lazy(() =>
  z.union([z.string(), z.strictObject({ repeat: bytes, times: z.number().int() }), z.array(bytes)]),
)

/** Fields as a map, or as a list of pairs where order or repetition matters. */
export const fields = z.union([z.record(z.string(), z.string()), z.array(z.tuple([z.string(), z.string()]))])

/** One end of TLS in the proxy: who it is and whom it takes, by the names in `make-certificates.ts`. */
export const proxyTls = z.strictObject({
  certificate: z.string().optional(),
  /** Further certificates, behind that one. */
  others: z.array(z.string()).default([]),
  ca: z.string().optional(),
  /** Merged over the `validation_context`. */
  validation: json.optional(),
  /** `match_typed_subject_alt_names`. */
  names: z.array(json).optional(),
  alpn: z.array(z.string()).optional(),
  /** `tls_params`. */
  params: json.optional(),
  /** Merged over the whole context. */
  context: json.optional(),
})

const version = z.enum(['TLSv1.2', 'TLSv1.3'])

/** One end of TLS that is ours: a client's, or an upstream's, which asks for a certificate when it has a `ca`. */
export const peerTls = z.strictObject({
  certificate: z.string().optional(),
  ca: z.string().optional(),
  sni: z.string().optional(),
  alpn: z.array(z.string()).optional(),
  /** As OpenSSL names them, with colons between. */
  curves: z.string().optional(),
  ciphers: z.string().optional(),
  sigalgs: z.string().optional(),
  min: version.optional(),
  max: version.optional(),
})

/** A frame of HTTP/2: its payload as bytes, or as fields, each a literal that no table keeps. */
export const frame = z.strictObject({
  type: z.union([z.enum(frameTypes), z.number()]),
  flags: z.number().default(0),
  stream: z.number().default(0),
  payload: bytes.default(''),
  fields: z.array(z.tuple([z.string(), bytes])).optional(),
  /** What the frame says that its length is, where that is a lie. */
  length: z.number().optional(),
  /** So many of them; each on the next stream of the client where `stream` is one. */
  times: z.number().default(1),
})

/** Frames in a row; bytes where no frame is meant; and some frames again and again, each time for the client's next stream. */
export const frames = z.array(
  z.union([frame, z.strictObject({ raw: bytes }), z.strictObject({ again: z.array(frame), times: z.number().int() })]),
)

export type ProxyTls = z.infer<typeof proxyTls>
export type PeerTls = z.infer<typeof peerTls>
export type Frame = z.infer<typeof frame>
export type Frames = z.infer<typeof frames>
export type Json = z.infer<typeof json>
export type Fields = z.infer<typeof fields>
