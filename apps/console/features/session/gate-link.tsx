'use client'
import Link from 'next/link'
import { type ButtonLook, buttonClass } from '#ui/button-class.ts'
import { Gate } from '#ui/gate.tsx'

/** A link to where something begins. Who may not begin it sees it closed, with the reason and who can. */
export function GateLink({
  href,
  reason,
  look = 'secondary',
  size = 'normal',
  children,
}: {
  readonly href: string
  /** Undefined: it may be followed. */
  readonly reason: string | undefined
  readonly look?: ButtonLook
  readonly size?: 'small' | 'normal'
  readonly children: React.ReactNode
}) {
  if (reason !== undefined) {
    return (
      <Gate reason={reason} look={look} size={size}>
        {children}
      </Gate>
    )
  }
  return (
    <Link href={href} className={buttonClass(look, size)}>
      {children}
    </Link>
  )
}
