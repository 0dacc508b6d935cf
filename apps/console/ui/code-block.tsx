import { CopyButton } from './copy-button.tsx'

/** Text to read and copy as it is. */
export function CodeBlock({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <figure className="relative rounded-card border border-line bg-ground">
      <figcaption className="sr-only">{label}</figcaption>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-dense">
        {text}
      </pre>
    </figure>
  )
}
