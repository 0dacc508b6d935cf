import type { ZodError } from 'zod'

type Issue = ZodError['issues'][number]

/** What a value lacks, in words for whoever wrote it. */
export function tellIssue(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      return isCountable(issue.origin)
        ? `needs at least ${counted(issue.minimum, issue.origin)}`
        : `must be at least ${issue.minimum}`
    case 'too_big':
      return isCountable(issue.origin)
        ? `may have ${counted(issue.maximum, issue.origin)} at most`
        : `must be at most ${issue.maximum}`
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'is missing' : `must be ${withArticle(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'unrecognized_keys':
      return `does not know ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
    case 'invalid_format':
      return `is no ${issue.format === 'regex' ? 'text of the form that is asked for' : issue.format}`
    default:
      return issue.message
  }
}

type Countable = 'string' | 'array'

function isCountable(origin: string): origin is Countable {
  return origin === 'string' || origin === 'array'
}

function counted(count: number | bigint, origin: Countable): string {
  const [one, many] = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries']
  return `${count} ${Number(count) === 1 ? one : many}`
}

function withArticle(type: string): string {
  const noun = type === 'int' ? 'whole number' : type
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
