/** Why a message head is refused. `details` is the `response_code_details` word, as Envoy's codec names them. */
export type HeadRefusal = { readonly status: number; readonly details: string }
