import { yamlOnlyFields } from './yaml-only-fields.ts'

/** Names what stands in the text and not in the form, and leads there. */
export function YamlOnly({
  text,
  kind,
  onJump,
}: {
  readonly text: string
  readonly kind: string
  readonly onJump: (pointer: string) => void
}) {
  const fields = yamlOnlyFields(text, kind)
  if (fields.length === 0) return null
  return (
    <section aria-label="Only in YAML" className="border-line border-t pt-3 text-dense">
      <p className="text-muted">
        {fields.length === 1 ? '1 field is only in YAML:' : `${fields.length} fields are only in YAML:`}
      </p>
      <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
        {fields.map(({ pointer, line }) => (
          <li key={pointer}>
            <button
              type="button"
              className="min-h-6 font-mono text-accent-text underline"
              onClick={() => onJump(pointer)}
            >
              {pointer.slice(1).replaceAll('/', '.')}
            </button>{' '}
            <span className="text-muted">line {line}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
