/** What a YAML parser found, in words for who wrote the text. Pure; the parser's own words may name its functions. */
export function yamlProblem({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'a second object begins here, and this is the place of one'
  if (code === 'BAD_ALIAS' && message.startsWith('Alias cannot be an empty'))
    return 'a lone "*" is an alias in YAML: put it in quotes'
  return message.split('\n', 1)[0] ?? 'not readable'
}

/** A value that begins with "*" is an alias in YAML, and here one of nothing. */
export function unresolvedAlias(name: string): string {
  return `"*${name.slice(0, 100)}" is an alias in YAML, of an anchor that is not there: put a text that begins with "*" in quotes`
}

/** Aliases that stand for more than is read. */
export const tooManyAliases = 'its aliases (*) stand for more than is read'
