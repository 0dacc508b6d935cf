import { CopyButton } from './copy-button.tsx'

/** Text to read and copy as it is. */
export function CodeBlock({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <figure className="overflow-clip rounded-card border border-line bg-ground">
      <figcaption className="flex items-center justify-between gap-2 border-line border-b ps-3 pe-1 text-dense text-muted">
        {label}
        <CopyButton text={text} label={`Copy ${label}`} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-dense">
        {text}
      </pre>
    </figure>
  )
}
