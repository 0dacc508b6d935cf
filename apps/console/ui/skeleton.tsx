/** The shape of what will come, after a moment. The words are for screen readers. */
export function Skeleton({ lines = 3, label = 'Loading' }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div role="status" aria-label={label} className="appear-late flex flex-col gap-2 py-2">
      {Array.from({ length: lines }, (_, line) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
          key={line}
          className="h-4 rounded-control bg-line/60"
          style={{ inlineSize: `${90 - ((line * 17) % 40)}%` }}
        />
      ))}
    </div>
  )
}
