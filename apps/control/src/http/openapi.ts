import { Problem } from '@heddle/shared/api/problem'
import { openApiComponents } from '@heddle/shared/model/open-api-components'
import { z } from 'zod'
import { type Contract, contracts } from './contracts.ts'

export type RouteName = { readonly method: string; readonly path: string }

/** The OpenAPI 3.1 document of the routes that are really there, from the schemas that check them. */
export function openApiDocument(routes: readonly RouteName[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, path } of routes) {
    const written = path.replace(/:(\w+)/g, '{$1}')
    const operations = paths[`/api/v1${written}`] ?? {}
    paths[`/api/v1${written}`] = operations
    operations[method.toLowerCase()] = operation(written, contracts[`${method} ${written}`])
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Heddle', version: '0.1.0', description: 'Every policy is a reviewed, versioned change.' },
    components: {
      schemas: { ...openApiComponents(), Problem: schemaOf(Problem) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'heddle_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { token: [] }],
    paths,
  }
}

function operation(path: string, contract: Contract | undefined): object {
  const { summary = path, body, answer, status = 200, isBodyOptional = false } = contract ?? {}
  const parameters = parametersOf(path, contract)
  return {
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: !isBodyOptional, content: json(body, 'input') } } : {}),
    responses: {
      [status]: { description: 'Done', ...(answer ? { content: json(answer, 'output') } : {}) },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parametersOf(path: string, { query, parameters = {}, ifMatch }: Partial<Contract> = {}): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(parameters[name] ?? z.string().min(1).max(253), 'input'),
  }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    // What is coerced from text is documented as what it becomes.
    schema: schemaOf(schema as z.ZodType, 'output'),
  }))
  const headers =
    ifMatch === undefined
      ? []
      : [
          {
            name: 'if-match',
            in: 'header',
            required: ifMatch === 'required',
            description: 'The ETag of what was read; another one is refused with 412',
            schema: { type: 'string', pattern: '^"[0-9]{1,9}"$' },
          },
        ]
  return [...inPath, ...inQuery, ...headers]
}

function json(schema: z.ZodType, io: 'input' | 'output') {
  return { 'application/json': { schema: schemaOf(schema, io) } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output') {
  const { $schema: _dialect, ...document } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return document
}
