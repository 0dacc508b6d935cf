import { pageOf } from '@heddle/shared/api/page'
import { isIpv4, isIpv6 } from '@heddle/shared/model/ip-address'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { portProtocol } from '@heddle/shared/model/port-protocol'
import { Service } from '@heddle/shared/model/service'
import {
  type BootstrapChoices,
  proxyBootstrap as bootstrapOf,
  type ProxyInstance,
} from '@heddle/shared/xds/proxy-bootstrap'
import { type Command, Option } from 'commander'
import { stringify } from 'yaml'
import { z } from 'zod'
import { signedInApi } from '../client/api.ts'
import { checkBootstrap } from '../client/check-bootstrap.ts'
import { CliError, exitCodes } from '../client/cli-error.ts'
import { parseHostPort } from '../client/parse-host-port.ts'

type Options = Given & { readonly service: string; readonly instance: string }

type Given = {
  readonly service?: string
  readonly instance?: string
  readonly check?: string
  readonly address: readonly string[]
  readonly label: readonly string[]
  readonly appPort: readonly string[]
  readonly control: readonly string[]
  readonly workload?: string
  readonly serviceAccount: string
  readonly locality: string
  readonly outbound: string | false
  readonly admin: string
  readonly apiType: BootstrapChoices['apiType']
}

const xdsPort = 15_010
/** An option that may be given several times; `whenLeftOut` is what its help says of none. */
const repeatable = (flags: string, description: string, whenLeftOut = 'none') =>
  new Option(flags, description)
    .argParser((value: string, before: readonly string[]): readonly string[] => [...before, value])
    .default([], whenLeftOut)

export function proxyBootstrap(program: Command): void {
  program
    .command('proxy-bootstrap')
    .description(
      'print the bootstrap file of the proxy beside an instance of a service, for heddle-proxy or a real Envoy',
    )
    .option('--service <namespace/name>', 'the service, as the catalog has it: its ports are taken over')
    .option('--instance <name>', 'this copy, as payments-v1-1')
    .addOption(repeatable('--address <ip>', "the instance's own address; again for more"))
    .option('--check <file>', 'say instead what a file that is there lacks; ends with 1 when it lacks something')
    .addOption(
      repeatable(
        '--label <key=value>',
        "a label beside those of the service's selector, as version=v1; again for more",
      ),
    )
    .addOption(
      repeatable(
        '--app-port <port|port=app>',
        'where the workload listens on loopback; again for more ports',
        "the service's",
      ),
    )
    .addOption(
      repeatable(
        '--control <host:port>',
        'where proxies reach the control plane; again for replicas',
        `its host, ${xdsPort}`,
      ),
    )
    .option('--workload <name>', 'what the copies have in common (default: the instance without its last part)')
    .option('--service-account <name>', 'the identity of the workload', meshDefaults.serviceAccount)
    .option('--locality <region/zone>', 'where it runs', 'local/a')
    .option('--outbound <host:port>', 'where the workload sends its requests', '127.0.0.1:15001')
    .option('--no-outbound', 'the workload sends none')
    .option('--admin <host:port>', "the proxy's admin port, on loopback", '127.0.0.1:15000')
    .addOption(
      new Option('--api-type <type>', 'by differences, or state of the world')
        .choices(['DELTA_GRPC', 'GRPC'])
        .default('DELTA_GRPC'),
    )
    .addHelpText(
      'after',
      '\nExample: heddle proxy-bootstrap --service shop/payments --instance payments-v1-1 --address 10.0.0.7 --label version=v1',
    )
    .action(async (given: Given) => {
      if (given.check !== undefined) return checkBootstrap(given.check)
      const options = {
        ...given,
        service: needed('--service', given.service),
        instance: needed('--instance', given.instance),
      }
      const api = signedInApi()
      const service = await findService(options.service)
      const [first, ...rest] =
        options.control.length > 0
          ? options.control.map((each) => parseHostPort('--control', each))
          : [{ host: new URL(api.server).hostname, port: xdsPort }]
      if (first === undefined) throw new CliError(exitCodes.usage, '--control is empty')
      const bootstrap = bootstrapOf(instanceOf(service, options), {
        control: [first, ...rest],
        admin: parseHostPort('--admin', options.admin),
        apiType: options.apiType,
      })
      process.stdout.write(stringify(bootstrap))
    })
}

function needed(option: string, value: string | undefined): string {
  if (value === undefined)
    throw new CliError(exitCodes.usage, `${option} is missing`, { hint: 'see `heddle proxy-bootstrap --help`' })
  return value
}

const Found = pageOf(z.object({ object: Service, endpoints: z.int() }))

async function findService(name: string): Promise<Service> {
  const [namespace, own, more] = name.split('/')
  if (!namespace || !own || more !== undefined) {
    throw new CliError(exitCodes.usage, `--service ${name} is no <namespace>/<name>`)
  }
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ namespace, limit: '500', ...(cursor === undefined ? {} : { cursor }) })
    const page = await signedInApi().call(Found, 'GET', `/catalog/services?${query}`)
    const found = page.items.find(({ object }) => object.metadata.name === own)
    if (found !== undefined) return found.object
    cursor = page.nextCursor
  } while (cursor !== undefined)
  throw new CliError(exitCodes.notFound, `there is no service ${name}`, { hint: 'see `heddle get services`' })
}

function instanceOf(service: Service, options: Options): ProxyInstance {
  const [address, ...more] = options.address
  for (const each of options.address) {
    if (!isIpv4(each) && !isIpv6(each)) throw new CliError(exitCodes.usage, `--address ${each} is no IP address`)
  }
  if (address === undefined) throw new CliError(exitCodes.usage, '--address is missing')
  const [region = '', zone = ''] = options.locality.split('/')
  return {
    namespace: service.metadata.namespace ?? 'default',
    service: service.metadata.name,
    workload: options.workload ?? options.instance.replace(/-[^-]+$/, ''),
    name: options.instance,
    serviceAccount: options.serviceAccount,
    labels: labelsOf(service, options.label),
    addresses: [address, ...more],
    locality: { region, zone },
    inbound: inboundOf(service, options.appPort),
    outbound: options.outbound === false ? undefined : parseHostPort('--outbound', options.outbound),
  }
}

/** The selector's, because without one of them the instance would be no endpoint of the service. */
function labelsOf({ spec }: Service, given: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = { ...spec.selector }
  for (const each of given) {
    const [key = '', value] = each.split('=')
    if (key === '' || value === undefined) throw new CliError(exitCodes.usage, `--label ${each} is no <key>=<value>`)
    const wanted = spec.selector[key]
    if (wanted !== undefined && wanted !== value) {
      throw new CliError(exitCodes.usage, `--label ${each}: the service selects ${key}=${wanted}`)
    }
    labels[key] = value
  }
  return labels
}

function inboundOf({ metadata, spec }: Service, given: readonly string[]): ProxyInstance['inbound'] {
  const appPorts = new Map<number, number>()
  const only = spec.ports.length === 1 ? spec.ports[0] : undefined
  for (const each of given) {
    const [, port, app] = /^(?:(\d{1,5})=)?(\d{1,5})$/.exec(each) ?? []
    if (app === undefined)
      throw new CliError(exitCodes.usage, `--app-port ${each} is no <port> or <service port>=<port>`)
    if (port === undefined && only === undefined) {
      throw new CliError(
        exitCodes.usage,
        `--app-port ${each}: ${metadata.name} has several ports, write <service port>=${app}`,
      )
    }
    appPorts.set(Number(port ?? only?.port), Number(app))
  }
  const inbound = spec.ports.map((each) => {
    const port = each.targetPort ?? each.port
    if (typeof port !== 'number') {
      throw new CliError(exitCodes.refused, `${metadata.name} names the target of port ${each.port} "${port}"`, {
        hint: 'give the port a number in the Service: a proxy cannot look the name up',
      })
    }
    const app = appPorts.get(each.port) ?? port
    appPorts.delete(each.port)
    const protocol = portProtocol(each) === 'tcp' ? ('tcp' as const) : ('http' as const)
    return { port, protocol, app: { host: '127.0.0.1', port: app } }
  })
  for (const port of appPorts.keys()) throw new CliError(exitCodes.usage, `${metadata.name} has no port ${port}`)
  return inbound
}
