'use client'
import { useId, useState } from 'react'
import { Button } from './button.tsx'
import type { ButtonLook } from './button-class.ts'

type Place = { readonly left: number; readonly top: number }

/** As wide as the words may get, and how far they stay from the edge of the window. */
const widthMax = 288
const margin = 8

/**
 * A button that stays visible when it may not be pressed, and then says why and who can.
 *
 * It is `aria-disabled`, not `disabled`, because a disabled button takes no focus and its reason would never be read.
 */
export function Gate({
  reason,
  onPress,
  onApproach,
  look = 'secondary',
  size = 'normal',
  isBusy = false,
  type = 'button',
  children,
}: {
  /** Undefined: it may be pressed. */
  readonly reason: string | undefined
  readonly onPress?: () => void
  /** A hand is on its way: time to fetch what a press will need. */
  readonly onApproach?: () => void
  readonly look?: ButtonLook
  readonly size?: 'small' | 'normal'
  readonly isBusy?: boolean
  readonly type?: 'button' | 'submit'
  readonly children: React.ReactNode
}) {
  const id = useId()
  const [place, setPlace] = useState<Place>()
  if (reason === undefined) {
    return (
      <Button
        type={type}
        look={look}
        size={size}
        isBusy={isBusy}
        onClick={onPress}
        onPointerEnter={onApproach}
        onFocus={onApproach}
      >
        {children}
      </Button>
    )
  }
  const show = (event: { readonly currentTarget: HTMLElement }) => setPlace(placeBeside(event.currentTarget))
  const hide = () => setPlace(undefined)
  return (
    <span className="inline-flex">
      <Button
        look={look === 'primary' ? 'secondary' : look}
        size={size}
        aria-disabled
        aria-describedby={id}
        onClick={(event) => {
          event.preventDefault()
          // A finger neither hovers nor, everywhere, focuses.
          show(event)
        }}
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key === 'Escape') hide()
        }}
      >
        {children}
      </Button>
      <span
        id={id}
        role="tooltip"
        hidden={place === undefined}
        style={place}
        className="pointer-events-none fixed z-50 w-max max-w-72 rounded-control border border-line-strong bg-raised px-2 py-1 text-dense text-text"
      >
        {reason}
      </span>
    </span>
  )
}

/** Below the button and inside the window; fixed, because a panel would cut off what stands out of it. */
function placeBeside(button: HTMLElement): Place {
  const { left, top, bottom } = button.getBoundingClientRect()
  const isLow = bottom > window.innerHeight - 96
  return {
    left: Math.max(margin, Math.min(left, window.innerWidth - widthMax - margin)),
    top: isLow ? Math.max(margin, top - 56) : bottom + 4,
  }
}
