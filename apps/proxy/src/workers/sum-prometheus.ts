type Family = { readonly comments: string[]; readonly samples: Map<string, number> }

const sample = /^([A-Za-z_:][A-Za-z0-9_:]*(?:\{.*\})?) (\S+)$/

/** So many lines are read before others may have their turn. */
const stepLength = 64

/** Adds up the Prometheus texts of several processes, series by series; what only one of them has stays as it is. */
export function* sumPrometheus(texts: readonly string[]): Generator<undefined, Iterable<string>> {
  const families = new Map<string, Family>()
  for (const text of texts) {
    let family: Family = { comments: [], samples: new Map() }
    for (const [index, line] of text.split('\n').entries()) {
      if (index % stepLength === 0) yield
      const [, kind, name = ''] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? []
      if (kind !== undefined) {
        family = familyOf(families, name)
        if (!family.comments.includes(line)) family.comments.push(line)
        continue
      }
      const [, key, value] = sample.exec(line) ?? []
      if (key === undefined) continue
      const base = key.replace(/\{.*$/, '').replace(/_(?:bucket|sum|count)$/, '')
      const own = families.get(base) ?? (family.comments.length > 0 ? family : familyOf(families, base))
      own.samples.set(key, (own.samples.get(key) ?? 0) + Number(value))
    }
  }
  return linesOf(families.values())
}

function* linesOf(families: Iterable<Family>): Generator<string> {
  for (const { comments, samples } of families) {
    for (const comment of comments) yield `${comment}\n`
    for (const [key, value] of samples) yield `${key} ${value}\n`
  }
}

function familyOf(families: Map<string, Family>, name: string): Family {
  const known = families.get(name)
  if (known !== undefined) return known
  const made: Family = { comments: [], samples: new Map() }
  families.set(name, made)
  return made
}
