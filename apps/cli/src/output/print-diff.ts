import type { ObjectDiff } from '@heddle/shared/api/changes'
import { printable } from './table.ts'

/** The difference in sentences, per object; the whole YAML only where there are none. */
export function printDiff(diff: readonly ObjectDiff[]): void {
  for (const { kind, namespace, name, action, sentences, after } of diff) {
    console.log(printable(`${action} ${kind} ${namespace}/${name}`))
    for (const sentence of sentences) console.log(`  ${printable(sentence)}`)
    if (sentences.length === 0 && after !== '') {
      for (const line of after.trimEnd().split('\n')) console.log(`  ${printable(line)}`)
    }
  }
}
