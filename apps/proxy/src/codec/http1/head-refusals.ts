import type { HeadRefusal } from '../head-refusal.ts'

/** Refusals are values made once: a flood of bad requests allocates nothing for them. */
export const headRefusals = {
  requestLine: { status: 400, details: 'http1.invalid_request_line' },
  method: { status: 400, details: 'http1.invalid_method' },
  version: { status: 505, details: 'http1.unsupported_version' },
  target: { status: 400, details: 'http1.invalid_url' },
  statusLine: { status: 502, details: 'http1.invalid_status_line' },
  fieldName: { status: 400, details: 'http1.invalid_header_name' },
  underscore: { status: 400, details: 'http1.unexpected_underscore' },
  fieldValue: { status: 400, details: 'http1.invalid_characters' },
  folding: { status: 400, details: 'http1.obsolete_line_folding' },
  bareLineEnd: { status: 400, details: 'http1.bare_line_end' },
  tooManyFields: { status: 431, details: 'http1.too_many_headers' },
  tooLarge: { status: 431, details: 'http1.headers_too_large' },
  host: { status: 400, details: 'http1.invalid_host' },
  contentLength: { status: 400, details: 'http1.invalid_content_length' },
  lengthAndCoding: { status: 400, details: 'http1.content_length_and_chunked_not_allowed' },
  transferEncoding: { status: 501, details: 'http1.invalid_transfer_encoding' },
  bodyNotAllowed: { status: 502, details: 'http1.body_not_allowed' },
  timeout: { status: 408, details: 'request_header_timeout' },
  lastInterim: { status: 502, details: 'http1.interim_is_last' },
  expectation: { status: 417, details: 'http1.unknown_expectation' },
  chunk: { status: 400, details: 'http1.invalid_chunk' },
  trailers: { status: 400, details: 'http1.invalid_trailers' },
} as const satisfies Record<string, HeadRefusal>
