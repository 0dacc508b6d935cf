'use client'
import { useState } from 'react'

/** Far enough that no thumb gets there by chance. */
const enough = 95

/** For what cannot be taken back on a screen that is touched by chance: drawn to the end it happens, let go before not. */
export function SlideToConfirm({
  label,
  isBusy,
  onConfirm,
}: {
  readonly label: string
  readonly isBusy: boolean
  readonly onConfirm: () => void
}) {
  const [value, setValue] = useState(0)
  const settle = () => {
    if (value >= enough && !isBusy) onConfirm()
    setValue(0)
  }
  return (
    <label className="flex w-full flex-col gap-1 rounded-card border border-fail p-3 font-medium text-fail">
      Slide to the end: {label}
      <input
        type="range"
        min={0}
        max={100}
        className="h-11 w-full accent-fail"
        disabled={isBusy}
        aria-busy={isBusy || undefined}
        value={value}
        onChange={(event) => setValue(Number(event.target.value))}
        onPointerUp={settle}
        onKeyUp={(event) => {
          // By keyboard: End goes to the end, and letting it go confirms.
          if (event.key !== 'Tab') settle()
        }}
      />
    </label>
  )
}
