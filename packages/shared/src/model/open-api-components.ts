import { type Kind, kinds } from './any-object.ts'
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts'

/** The kinds as OpenAPI 3.1 `components.schemas`, which are JSON Schema 2020-12. */
export function openApiComponents(): Readonly<Record<Kind, JsonSchema>> {
  const component = (kind: Kind): JsonSchema => {
    const { $schema: _, ...rest } = jsonSchemaOf(kind)
    return rest
  }
  return {
    HTTPRoute: component(kinds.HTTPRoute.kind),
    DestinationRule: component(kinds.DestinationRule.kind),
    FaultInjection: component(kinds.FaultInjection.kind),
    RateLimit: component(kinds.RateLimit.kind),
    AuthorizationPolicy: component(kinds.AuthorizationPolicy.kind),
    Service: component(kinds.Service.kind),
    WorkloadEntry: component(kinds.WorkloadEntry.kind),
  }
}
