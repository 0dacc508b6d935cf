/** A key to press. */
export function Kbd({ children }: { readonly children: React.ReactNode }) {
  return (
    <kbd className="rounded-control border border-line-strong bg-ground px-1.5 font-mono text-meta text-muted">
      {children}
    </kbd>
  )
}
