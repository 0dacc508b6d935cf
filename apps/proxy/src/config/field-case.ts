/** `header_key_format`: how names of fields are written in HTTP/1.1. Undefined, nearly always: in lower case. */
export type FieldCase =
  | { readonly kind: 'words' }
  /** As who sent them wrote them; `adds` is about names that we add to such a message. */
  | { readonly kind: 'kept'; readonly adds: 'lower' | 'words'; readonly forwardsReason: boolean }
