/** A date and a time to the second, on the reader's clock; as other logs have it, in UTC, on hover. */
export function DateTime({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at} suppressHydrationWarning className="whitespace-nowrap">
      {new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  )
}
