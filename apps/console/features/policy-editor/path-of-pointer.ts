import type { Path } from './policy-text.ts'

/** "/spec/rules/0/a~1b" as its steps (RFC 6901): a whole number is a place in a list. */
export function pathOfPointer(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')))
}
