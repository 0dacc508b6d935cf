type Family = { readonly comments: string[]; readonly samples: Map<string, number> }

const sample = /^([A-Za-z_:][A-Za-z0-9_:]*(?:\{.*\})?) (\S+)$/

/** Adds up the Prometheus texts of several processes, series by series; what only one of them has stays as it is. */
export function sumPrometheus(texts: readonly string[]): string {
  const families = new Map<string, Family>()
  for (const text of texts) {
    let family: Family = { comments: [], samples: new Map() }
    for (const line of text.split('\n')) {
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
  return [...families.values()]
    .flatMap(({ comments, samples }) => [...comments, ...[...samples].map(([key, value]) => `${key} ${value}`)])
    .map((line) => `${line}\n`)
    .join('')
}

function familyOf(families: Map<string, Family>, name: string): Family {
  const known = families.get(name)
  if (known !== undefined) return known
  const made: Family = { comments: [], samples: new Map() }
  families.set(name, made)
  return made
}
