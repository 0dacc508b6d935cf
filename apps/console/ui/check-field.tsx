'use client'

/** Something that is so or not. */
export function CheckField({
  label,
  isOn,
  onChange,
  disabled = false,
}: {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly disabled?: boolean
}) {
  return (
    <label className="inline-flex min-h-8 cursor-pointer items-center gap-2 font-medium">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={isOn}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  )
}
