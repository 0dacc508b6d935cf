import { expect, test } from 'vitest'
import { kinds } from './any-object.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { openApiComponents } from './open-api-components.ts'

const names = Object.values(kinds).map(({ kind }) => kind)

test.each(names)('the JSON Schema of %s refuses unknown fields everywhere', (kind) => {
  const open: string[] = []

  visit(jsonSchemaOf(kind), '', (schema, path) => {
    if (schema.properties && schema.additionalProperties !== false) open.push(path)
  })

  expect(open).toEqual([])
})

test.each(names)('an editor can explain the fields that people write in %s', (kind) => {
  const silent: string[] = []

  visit(jsonSchemaOf(kind), '', (schema, path) => {
    for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, Node>)) {
      if (property.title === undefined && property.description === undefined) silent.push(`${path}/${name}`)
    }
  })

  expect(silent.filter((path) => !selfExplaining.test(path))).toEqual([])
})

/** Names that say all there is to say; and the parts of a union that its discriminator chooses. */
const selfExplaining =
  /^\/(apiVersion|kind|spec)$|\/(type|backendRef|tcp|http|source|operation|delay|abort|numerator|replaceFullPath|replacePrefixMatch|requestHeaderModifier|responseHeaderModifier|connectionPool|loadBalancer|outlierDetection|timeouts|retry|requestRedirect|urlRewrite|requestMirror|path|retryBudget|kind)$/

test('OpenAPI has one component for each kind', () => {
  expect(Object.keys(openApiComponents()).sort()).toEqual([...names].sort())
  expect(openApiComponents().FaultInjection).toMatchObject({ type: 'object', title: 'FaultInjection' })
})

test('no schema points outside itself', () => {
  expect(JSON.stringify(openApiComponents())).not.toMatch(/"\$ref"/)
})

type Node = {
  readonly [key: string]: unknown
  readonly properties?: unknown
  readonly additionalProperties?: unknown
  readonly title?: unknown
  readonly description?: unknown
}

function visit(value: unknown, path: string, seen: (schema: Node, path: string) => void): void {
  if (typeof value !== 'object' || value === null) return
  const schema = value as Node
  if (schema.type !== undefined) seen(schema, path)
  const properties = (schema.properties ?? {}) as Record<string, unknown>
  for (const [name, property] of Object.entries(properties)) visit(property, `${path}/${name}`, seen)
  if (schema.items) visit(schema.items, path, seen)
  for (const option of (schema.oneOf ?? schema.anyOf ?? []) as unknown[]) visit(option, path, seen)
}
