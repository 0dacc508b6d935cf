import type { EdgeEffect } from '@heddle/shared/api/simulate'
import { formatShare } from '#ui/format-number.ts'

type Place = EdgeEffect['places'][number]

/** One colour in steps: the names and shares beneath say the same, for who cannot tell them apart. */
const strengths = [1, 0.55, 0.3, 0.15] as const

/** Who answers an edge's requests now and then: two bars of one length, cut by the same names. */
export function PlacesPicture({ edge: { source, target, places } }: { readonly edge: EdgeEffect }) {
  const total = (when: 'before' | 'after') => places.reduce((sum, place) => sum + place[when], 0)
  const [before, after] = [total('before'), total('after')]
  return (
    <figure aria-label={`Who answers ${source} → ${target}`} className="flex max-w-2xl flex-col gap-1">
      <figcaption className="font-medium">
        Who answers {source} → {target}
      </figcaption>
      <Bar label="now" places={places} of={({ before: count }) => count / Math.max(1, before)} />
      <Bar label="then" places={places} of={({ after: count }) => count / Math.max(1, after)} />
      <ul className="flex flex-wrap gap-x-5 gap-y-1 ps-14 text-dense">
        {places.map((place, index) => (
          <li key={place.name} className="flex items-center gap-2">
            <span aria-hidden className="size-3 rounded-control bg-accent" style={{ opacity: strengthOf(index) }} />
            {place.name}: {formatShare(place.before / Math.max(1, before))} →{' '}
            {formatShare(place.after / Math.max(1, after))}
          </li>
        ))}
      </ul>
    </figure>
  )
}

function Bar({
  label,
  places,
  of,
}: {
  readonly label: string
  readonly places: readonly Place[]
  readonly of: (place: Place) => number
}) {
  return (
    <div aria-hidden className="flex items-center gap-2">
      <span className="w-12 text-end text-dense text-muted">{label}</span>
      <div className="flex h-4 flex-1 gap-px overflow-hidden rounded-control bg-line">
        {places.map((place, index) => (
          <div
            key={place.name}
            className="bg-accent"
            style={{ inlineSize: `${of(place) * 100}%`, opacity: strengthOf(index) }}
          />
        ))}
      </div>
    </div>
  )
}

function strengthOf(index: number): number {
  return strengths[Math.min(index, strengths.length - 1)] ?? 1
}
