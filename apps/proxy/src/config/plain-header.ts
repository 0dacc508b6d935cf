import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'

/** A header field to be sent as it stands: format operators are not filled in. */
export function plainHeader(
  header: { readonly key: string; readonly value: string } | undefined,
  at: string,
): readonly [name: string, value: string] {
  const { key = '', value = '' } = header ?? {}
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key)) throw new ResourceRejected(`${at}.key`, 'is no header name')
  if (/[\r\n\0%]/.test(value)) throw new ResourceRejected(`${at}.value`, 'must be a plain text')
  return [key.toLowerCase(), value]
}
