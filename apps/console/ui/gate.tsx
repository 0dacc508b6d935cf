'use client'
import { useId } from 'react'
import { Button } from './button.tsx'
import type { ButtonLook } from './button-class.ts'

/**
 * A button that stays visible when it may not be pressed, and then says why and who can.
 *
 * It is `aria-disabled`, not `disabled`, because a disabled button takes no focus and its reason would never be read.
 */
export function Gate({
  reason,
  onPress,
  look = 'secondary',
  size = 'normal',
  isBusy = false,
  type = 'button',
  children,
}: {
  /** Undefined: it may be pressed. */
  readonly reason: string | undefined
  readonly onPress?: () => void
  readonly look?: ButtonLook
  readonly size?: 'small' | 'normal'
  readonly isBusy?: boolean
  readonly type?: 'button' | 'submit'
  readonly children: React.ReactNode
}) {
  const id = useId()
  if (reason === undefined) {
    return (
      <Button type={type} look={look} size={size} isBusy={isBusy} {...(onPress ? { onClick: onPress } : {})}>
        {children}
      </Button>
    )
  }
  return (
    <span className="group relative inline-flex">
      <Button
        look={look === 'primary' ? 'secondary' : look}
        size={size}
        aria-disabled
        aria-describedby={id}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
      <span
        id={id}
        role="tooltip"
        className="pointer-events-none invisible absolute top-full right-0 z-30 mt-1 w-max max-w-72 rounded-control border border-line-strong bg-raised px-2 py-1 text-dense text-text group-focus-within:visible group-hover:visible"
      >
        {reason}
      </span>
    </span>
  )
}
