import type { ObjectDiff } from '@heddle/shared/api/changes'
import { Chip } from '#ui/chip.tsx'
import { DiffView } from '#ui/diff-view.tsx'
import { visibleText } from '#ui/visible-text.ts'

const tones = { created: 'ok', updated: 'info', deleted: 'fail' } as const

/** What differs, object by object: first in sentences, then line by line. */
export function ChangeDiff({ diff }: { readonly diff: readonly ObjectDiff[] }) {
  if (diff.length === 0) return <p className="text-muted">Nothing differs.</p>
  return (
    <div className="flex flex-col gap-6">
      {diff.map(({ kind, namespace, name, action, before, after, sentences }) => (
        <section key={`${kind}/${namespace}/${name}`} aria-label={`${kind} ${namespace}/${name}`}>
          <h3 className="mb-1 flex items-center gap-2 font-medium">
            {kind} {namespace}/{name} <Chip tone={tones[action]}>{action}</Chip>
          </h3>
          <ul className="mb-2 list-disc ps-5">
            {sentences.map((sentence) => (
              <li key={sentence}>{visibleText(sentence)}</li>
            ))}
          </ul>
          <DiffView label={`Difference of ${kind} ${namespace}/${name}`} before={before} after={after} />
        </section>
      ))}
    </div>
  )
}
