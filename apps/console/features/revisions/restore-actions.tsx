'use client'
import type { Revision } from '@heddle/shared/api/revision'
import { useState } from 'react'
import { useObstacles } from '#control/use-obstacles.ts'
import { whyNot } from '#control/why-not.ts'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { Gate } from '#ui/gate.tsx'
import { RestoreDialog } from './restore-dialog.tsx'

/** Proposes one of the revisions that are compared again; the newest is what runs already. */
export function RestoreActions({
  numbers,
  revisions,
}: {
  readonly numbers: readonly number[]
  /** Newest first. */
  readonly revisions: readonly Revision[]
}) {
  const obstacles = useObstacles()
  const whyNotPropose = useWhyNot('propose')
  const [restoring, setRestoring] = useState<number>()
  const head = revisions[0]?.number
  if (head === undefined) return null
  const reasonOf = (number: number) => {
    const capabilities = revisions.find((revision) => revision.number === number)?.capabilities
    // The empty mesh stands in no list.
    return (capabilities === undefined ? whyNotPropose : whyNot(capabilities, 'restore')) ?? obstacles.change
  }
  return (
    <>
      {[...new Set(numbers)]
        .filter((number) => number !== head)
        .sort((a, b) => b - a)
        .map((number) => (
          <Gate key={number} reason={reasonOf(number)} onPress={() => setRestoring(number)}>
            Restore revision {number}…
          </Gate>
        ))}
      {restoring === undefined ? null : (
        <RestoreDialog number={restoring} head={head} onClose={() => setRestoring(undefined)} />
      )}
    </>
  )
}
