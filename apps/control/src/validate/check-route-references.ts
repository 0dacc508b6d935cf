import type { Finding } from '@heddle/shared/api/problem'
import { didYouMean } from '@heddle/shared/model/did-you-mean'
import type { FieldPath } from '@heddle/shared/model/field-path'
import type { HttpRoute } from '@heddle/shared/model/http-route'
import { portProtocol } from '@heddle/shared/model/port-protocol'
import { resolveEndpoints } from '../catalog/resolve-endpoints.ts'
import { finding } from './finding.ts'
import { missingService } from './missing-service.ts'
import type { ValidationContext } from './validation-context.ts'

/** Parents, backends and mirrors of routes exist, have the port, and speak HTTP on it. */
export function* checkRouteReferences(context: ValidationContext): Iterable<Finding> {
  for (const route of context.ofKind('HTTPRoute')) {
    const { spec } = route
    for (const [index, parent] of spec.parentRefs.entries()) {
      yield* checkRef(context, route, parent, ['spec', 'parentRefs', index], 'parent')
    }
    for (const [ruleIndex, rule] of spec.rules.entries()) {
      const base = ['spec', 'rules', ruleIndex]
      for (const [index, backend] of (rule.backendRefs ?? []).entries()) {
        // A weight of 0 takes nothing; it is how a version is prepared that does not run yet.
        const role = backend.weight === 0 ? 'idle backend' : 'backend'
        yield* checkRef(context, route, backend, [...base, 'backendRefs', index], role)
      }
      for (const [index, filter] of (rule.filters ?? []).entries()) {
        if (filter.type !== 'RequestMirror') continue
        const path = [...base, 'filters', index, 'requestMirror', 'backendRef']
        yield* checkRef(context, route, filter.requestMirror.backendRef, path, 'mirror')
      }
    }
  }
}

type Ref = { readonly name: string; readonly namespace?: string | undefined; readonly port?: number | undefined }

function* checkRef(
  context: ValidationContext,
  route: HttpRoute,
  ref: Ref,
  path: FieldPath,
  role: 'parent' | 'backend' | 'idle backend' | 'mirror',
): Iterable<Finding> {
  const namespace = ref.namespace ?? route.metadata.namespace
  const service = context.service(namespace, ref.name)
  if (!service) {
    yield missingService(context, route, [...path, 'name'], { namespace, name: ref.name })
    return
  }
  const { ports } = service.spec
  const port = ref.port === undefined ? ports.find((one) => portProtocol(one) !== 'tcp') : portOf(ports, ref.port)
  if (ref.port !== undefined && !port) {
    const numbers = ports.map((one) => String(one.port))
    const near = didYouMean(String(ref.port), numbers)
    yield finding('HED-202', route, [...path, 'port'], {
      message: `Service ${namespace}/${ref.name} has no port ${ref.port}`,
      why: role === 'parent' ? 'The route would act on nothing.' : 'Its share of the requests would be answered 503.',
      fix: near ? `Did you mean ${near}?` : `Its ports are ${numbers.join(', ')}.`,
      ...(numbers.length === 1 || near ? { value: Number(near ?? numbers[0]) } : {}),
    })
    return
  }
  if (!port || portProtocol(port) === 'tcp') {
    yield finding('HED-207', route, ref.port === undefined ? [...path, 'name'] : [...path, 'port'], {
      message: port
        ? `port ${port.port} of Service ${namespace}/${ref.name} speaks TCP, not HTTP`
        : `Service ${namespace}/${ref.name} has no port that speaks HTTP`,
      why: 'Only HTTP requests can be routed by an HTTPRoute.',
      fix: 'Name an HTTP port, or set appProtocol of the port to http.',
    })
    return
  }
  const takesTraffic = role === 'backend' || role === 'mirror'
  if (takesTraffic && resolveEndpoints(context.catalog, service, port).length === 0) {
    yield finding('HED-205', route, [...path, 'name'], {
      message: `Service ${namespace}/${ref.name} has no instances`,
      why: 'Its share of the requests would be answered 503 until an instance joins.',
      fix: 'Start an instance that its selector selects, or give it weight 0 until then.',
    })
  }
}

function portOf<Port extends { readonly port: number }>(ports: readonly Port[], number: number): Port | undefined {
  return ports.find(({ port }) => port === number)
}
