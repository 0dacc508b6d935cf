import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'

/**
 * A text of the configuration that goes into a head as it stands. With a line end in it whoever wrote it could add fields, or
 * whole messages (RFC 9110 §5.5); refused by its path.
 */
export function wireText(text: string, path: string): string {
  if (control.test(text)) throw new ResourceRejected(path, 'has a control character')
  return text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const control = /[\x00-\x08\x0a-\x1f\x7f]/
