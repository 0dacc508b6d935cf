'use client'
import { CallerAndDestination } from './caller-and-destination.tsx'
import { FaultEffects } from './fault-effects.tsx'
import { FaultEndFields } from './fault-end-fields.tsx'
import { MatchFields } from './match-fields.tsx'
import type { PolicyFormProps } from './policy-form-props.ts'

/** A fault in words: whose requests, which of them, what happens to how many, and for how long. */
export function FaultForm(props: PolicyFormProps) {
  return (
    <>
      <CallerAndDestination {...props} anyone="Every caller" />
      <MatchFields {...props} at={['spec', 'match', 0]} />
      <FaultEffects {...props} />
      <FaultEndFields {...props} />
    </>
  )
}
