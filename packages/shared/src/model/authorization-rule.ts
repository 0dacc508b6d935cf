import { z } from 'zod'
import { fields } from './field-support.ts'
import { ipBlockProblem } from './ip-address.ts'

const entries = (value: z.ZodType<string>) => z.array(value).min(1).max(256)

const Pattern = z
  .string()
  .min(1)
  .max(512)
  .superRefine((text, context) => {
    // "*" has a meaning at one end only; in the middle it would be taken for a letter and match nothing.
    if (/\*/.test(text.replace(/^\*|\*$/, '')) || (text.length > 1 && text.startsWith('*') && text.endsWith('*'))) {
      context.addIssue({
        code: 'custom',
        message: `"${text}" has "*" elsewhere than at one end`,
        params: { code: 'HED-105', fix: 'Write an exact value, "prefix*", "*suffix", or "*" alone.' },
      })
    }
  })

const IpBlock = z.string().superRefine((text, context) => {
  const problem = ipBlockProblem(text)
  if (problem) context.addIssue({ code: 'custom', message: problem, params: { code: 'HED-105' } })
})

const ServiceAccount = z
  .string()
  .max(320)
  .regex(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
    error: '"<namespace>/<service account>", or the account alone for the namespace of the policy',
  })

const PathPattern = Pattern.superRefine((text, context) => {
  if (/[{}]/.test(text)) {
    context.addIssue({
      code: 'custom',
      message: `not supported yet: path templates such as "${text}"`,
      params: { code: 'HED-102', fix: 'Write an exact path, "/prefix*" or "*suffix".' },
    })
  } else if (!/^[/*]/.test(text)) {
    context.addIssue({
      code: 'custom',
      message: `"${text}" matches no path: paths begin with "/"`,
      params: { code: 'HED-606', fix: 'Begin with "/" or "*".' },
    })
  }
})

const Port = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, { error: 'a port number in quotes, such as "8080"' })
  .refine((text) => Number(text) <= 65_535, { error: 'a port number, at most 65535', params: { code: 'HED-106' } })

const Method = Pattern.refine((text) => text === text.toUpperCase(), {
  error: 'methods are upper case',
  params: { code: 'HED-105', fix: 'Write it in upper case: methods compare exactly.' },
})

const negated = (of: string) => ({ title: `Not ${of}`, description: 'None of these.' })

/** Who calls. All fields that are there must hold; within a field one entry is enough. */
export const AuthorizationSource = fields(
  {
    principals: entries(Pattern)
      .optional()
      .meta({
        title: 'Principals',
        description: 'Identities: `cluster.local/ns/shop/sa/checkout`, with or without `spiffe://`; `*` at one end.',
        examples: [['cluster.local/ns/shop/sa/checkout']],
      }),
    notPrincipals: entries(Pattern).optional().meta(negated('principals')),
    namespaces: entries(Pattern).optional().meta({ title: 'Namespaces', description: 'Of the calling workload.' }),
    notNamespaces: entries(Pattern).optional().meta(negated('namespaces')),
    serviceAccounts: z
      .array(ServiceAccount)
      .min(1)
      .max(16)
      .optional()
      .meta({
        title: 'Service accounts',
        description: '`<namespace>/<name>` of the calling workload. Not together with principals or namespaces.',
        examples: [['shop/checkout']],
      }),
    notServiceAccounts: z.array(ServiceAccount).min(1).max(16).optional().meta(negated('service accounts')),
    ipBlocks: entries(IpBlock).optional().meta({
      title: 'Addresses',
      description: 'Of the connection: `10.0.0.0/8` or a single address.',
    }),
    notIpBlocks: entries(IpBlock).optional().meta(negated('addresses')),
  },
  [
    'requestPrincipals',
    'notRequestPrincipals',
    'remoteIpBlocks',
    'notRemoteIpBlocks',
    'trustDomains',
    'notTrustDomains',
  ],
)
  .superRefine((source, context) => {
    const accounts = source.serviceAccounts ? 'serviceAccounts' : source.notServiceAccounts ? 'notServiceAccounts' : ''
    const others = (['principals', 'notPrincipals', 'namespaces', 'notNamespaces'] as const).find(
      (field) => source[field] !== undefined,
    )
    if (accounts && others) {
      context.addIssue({
        code: 'custom',
        path: [others],
        message: `${accounts} and ${others} exclude each other`,
        params: { code: 'HED-111', fix: 'Keep one of them; a service account names its namespace.' },
      })
    }
    refuseEmpty(source, 'source', context)
  })
  .meta({ title: 'Source' })
export type AuthorizationSource = z.infer<typeof AuthorizationSource>

/** What is called. All fields that are there must hold; within a field one entry is enough. */
export const AuthorizationOperation = fields({
  hosts: entries(Pattern)
    .optional()
    .meta({ title: 'Hosts', description: 'Compared without case; with the port, if the caller sent it.' }),
  notHosts: entries(Pattern).optional().meta(negated('hosts')),
  ports: entries(Port).optional().meta({ title: 'Ports', description: 'Of the workload, in quotes: `"8080"`.' }),
  notPorts: entries(Port).optional().meta(negated('ports')),
  methods: entries(Method)
    .optional()
    .meta({ title: 'Methods', examples: [['GET']] }),
  notMethods: entries(Method).optional().meta(negated('methods')),
  paths: entries(PathPattern)
    .optional()
    .meta({
      title: 'Paths',
      description: 'Exact, `/prefix*` or `*suffix`; without query, after normalisation.',
      examples: [['/charge']],
    }),
  notPaths: entries(PathPattern).optional().meta(negated('paths')),
})
  .superRefine((operation, context) => refuseEmpty(operation, 'operation', context))
  .meta({ title: 'Operation' })
export type AuthorizationOperation = z.infer<typeof AuthorizationOperation>

const notYetKeys =
  /^(remote\.ip|request\.auth\..+|connection\.sni|destination\.(ip|user|labels.*)|experimental\..+|source\.(labels.*|user))$/
const knownKeys =
  /^(request\.headers\[[A-Za-z0-9!#$%&'*+\-.^_`|~]+\]|source\.(ip|namespace|principal|serviceAccount)|destination\.port)$/

export const AuthorizationCondition = fields({
  key: z.string().max(320).meta({
    title: 'Key',
    description:
      '`request.headers[<name>]`, `source.ip`, `source.namespace`, `source.principal`, `source.serviceAccount` or `destination.port`.',
  }),
  values: entries(z.string().min(1).max(1024)).optional().meta({ title: 'One of' }),
  notValues: entries(z.string().min(1).max(1024)).optional().meta({ title: 'None of' }),
})
  .superRefine(({ key, values, notValues }, context) => {
    if (notYetKeys.test(key)) {
      context.addIssue({
        code: 'custom',
        path: ['key'],
        message: `not supported yet: the condition "${key}"`,
        params: { code: 'HED-102' },
      })
      return
    }
    if (!knownKeys.test(key)) {
      context.addIssue({
        code: 'custom',
        path: ['key'],
        message: `"${key}" is not a condition`,
        params: { code: 'HED-105', fix: 'For a header write "request.headers[x-team]".' },
      })
      return
    }
    if (values === undefined && notValues === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'needs values or notValues',
        params: { code: 'HED-104', fix: 'Add "values".' },
      })
    }
    const valueSchema = schemaOfCondition(key)
    for (const list of ['values', 'notValues'] as const) {
      for (const [index, value] of ((list === 'values' ? values : notValues) ?? []).entries()) {
        const result = valueSchema.safeParse(value)
        const [issue] = result.success ? [] : result.error.issues
        if (issue) {
          context.addIssue({
            code: 'custom',
            path: [list, index],
            message: issue.message,
            params: { code: 'HED-105' },
          })
        }
      }
    }
  })
  .meta({ title: 'Condition' })
export type AuthorizationCondition = z.infer<typeof AuthorizationCondition>

/** (any source) and (any operation) and (all conditions). What is left out holds for every request. */
export const AuthorizationRule = fields({
  from: z
    .array(fields({ source: AuthorizationSource }))
    .min(1)
    .max(64)
    .optional()
    .meta({ title: 'From', description: 'One of these callers. Default: everyone.' }),
  to: z
    .array(fields({ operation: AuthorizationOperation }))
    .min(1)
    .max(64)
    .optional()
    .meta({ title: 'To', description: 'One of these operations. Default: everything.' }),
  when: z
    .array(AuthorizationCondition)
    .min(1)
    .max(64)
    .optional()
    .meta({ title: 'When', description: 'All of these conditions.' }),
}).meta({ title: 'Rule' })
export type AuthorizationRule = z.infer<typeof AuthorizationRule>

function refuseEmpty(value: Readonly<Record<string, unknown>>, noun: string, context: z.RefinementCtx): void {
  if (Object.values(value).some((field) => field !== undefined)) return
  context.addIssue({
    code: 'custom',
    message: `an empty ${noun} matches everything; that is never meant`,
    params: { code: 'HED-104', fix: `Add a field, or remove the ${noun}.` },
  })
}

function schemaOfCondition(key: string): z.ZodType<string> {
  if (key === 'source.ip') return IpBlock
  if (key === 'destination.port') return Port
  if (key === 'source.serviceAccount') return ServiceAccount
  return Pattern
}
