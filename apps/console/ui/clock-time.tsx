/** The time of day, with the whole time on hover. */
export function ClockTime({ at }: { readonly at: string }) {
  const time = new Date(at)
  return (
    <time dateTime={at} title={time.toLocaleString()} suppressHydrationWarning className="whitespace-nowrap">
      {time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
    </time>
  )
}
