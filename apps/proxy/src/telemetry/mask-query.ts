const secretName =
  /(?:^|[_-])(?:token|key|apikey|password|passwd|pwd|secret|auth|authorization|code|session|signature|sig|credential|jwt)s?$/i

/** A query with the values of parameters that look like credentials left out. The rest stays as it was written. */
export function maskQuery(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      if (at < 0) return pair
      return secretName.test(decoded(pair.slice(0, at))) ? `${pair.slice(0, at)}=***` : pair
    })
    .join('&')
}

/** `to%6ben` is `token` to whoever reads it. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
