import { AuditEntry, AuditVerification } from '@heddle/shared/api/audit'
import {
  ChangeDetail,
  ChangeSummary,
  EditChange,
  GiveVerdict,
  RestoreRevision,
  Revision,
  RevisionDiff,
  SubmitChange,
  ValidateEdits,
  ValidationResult,
} from '@heddle/shared/api/changes'
import { Graph, Layout } from '@heddle/shared/api/graph'
import { ObjectDetail, ObjectSummary } from '@heddle/shared/api/objects'
import { pageOf } from '@heddle/shared/api/page'
import { Problem } from '@heddle/shared/api/problem'
import { ProxyDetail, ProxySummary } from '@heddle/shared/api/proxies'
import { RequestRecord } from '@heddle/shared/api/request-record'
import { RolloutAction, RolloutDetail, RolloutSummary } from '@heddle/shared/api/rollouts'
import { CreateToken, Session, SignIn, Token } from '@heddle/shared/api/session'
import { ServiceDetail, ServiceSignals, ServiceSummary } from '@heddle/shared/api/signals'
import { SimulateEdits, SimulationResult } from '@heddle/shared/api/simulate'
import { openApiComponents } from '@heddle/shared/model/open-api-components'
import { z } from 'zod'

type Contract = {
  readonly summary: string
  readonly body?: z.ZodType
  readonly answer?: z.ZodType
  readonly status?: number
}

/** What is said about each route; a route without an entry is described by its path alone. */
const contracts: Readonly<Record<string, Contract>> = {
  'POST /session': { summary: 'Sign in', body: SignIn, answer: Session },
  'GET /session': { summary: 'Who is signed in', answer: Session },
  'DELETE /session': { summary: 'Sign out' },
  'POST /tokens': { summary: 'Make an API token', body: CreateToken, answer: Token, status: 201 },
  'GET /objects': { summary: 'Active policies, or those of a revision', answer: pageOf(ObjectSummary) },
  'GET /objects/{kind}/{namespace}/{name}': { summary: 'One policy with its history', answer: ObjectDetail },
  'POST /validate': {
    summary: 'What a change would do; stores nothing',
    body: ValidateEdits,
    answer: ValidationResult,
  },
  'GET /changes': { summary: 'Changes, newest first', answer: pageOf(ChangeSummary) },
  'POST /changes': { summary: 'Propose a change', body: SubmitChange, answer: ChangeDetail, status: 201 },
  'GET /changes/{id}': { summary: 'One change', answer: ChangeDetail },
  'PATCH /changes/{id}': { summary: 'Edit a change; voids approvals', body: EditChange, answer: ChangeDetail },
  'POST /changes/{id}/approve': { summary: 'Approve what was looked at', body: GiveVerdict, answer: ChangeDetail },
  'POST /changes/{id}/reject': { summary: 'Reject what was looked at', body: GiveVerdict, answer: ChangeDetail },
  'POST /changes/{id}/submit': { summary: 'Ask for the review of a draft', answer: ChangeDetail },
  'POST /changes/{id}/rebase': {
    summary: 'Put a change on the active revision; voids approvals, names conflicts',
    answer: ChangeDetail,
  },
  'POST /changes/{id}/withdraw': { summary: 'Take a change back', answer: ChangeDetail },
  'POST /changes/{id}/rollback': { summary: 'Put the content before a change back', answer: ChangeDetail },
  'GET /revisions': { summary: 'Revisions, newest first', answer: pageOf(Revision) },
  'GET /revisions/{number}': { summary: 'One revision', answer: Revision },
  'GET /revisions/{a}/diff/{b}': { summary: 'What differs between two revisions', answer: RevisionDiff },
  'POST /revisions/{number}/restore': {
    summary: 'Propose the content of a revision',
    body: RestoreRevision,
    answer: ChangeDetail,
    status: 201,
  },
  'GET /proxies': { summary: 'Proxies and what they run', answer: pageOf(ProxySummary) },
  'GET /proxies/{id}': { summary: 'One proxy with every resource that it is told to run', answer: ProxyDetail },
  'POST /simulate': {
    summary: 'What edits would have done to recorded requests; stores nothing',
    body: SimulateEdits,
    answer: SimulationResult,
  },
  'GET /rollouts': { summary: 'Rollouts, newest first', answer: pageOf(RolloutSummary) },
  'GET /rollouts/{id}': { summary: 'One rollout with its acknowledgements', answer: RolloutDetail },
  'GET /changes/{id}/rollout': { summary: 'The rollout of a change', answer: RolloutDetail },
  'POST /rollouts/{id}/pause': { summary: 'Stop before the next step', body: RolloutAction, answer: RolloutDetail },
  'POST /rollouts/{id}/resume': { summary: 'Go on', body: RolloutAction, answer: RolloutDetail },
  'POST /rollouts/{id}/promote': { summary: 'Pass the stage now', body: RolloutAction, answer: RolloutDetail },
  'POST /rollouts/{id}/abort': { summary: 'Take it back and end', body: RolloutAction, answer: RolloutDetail },
  'POST /rollouts/{id}/rollback': {
    summary: 'Put the content before back',
    body: RolloutAction,
    answer: RolloutDetail,
  },
  'GET /graph': { summary: 'Who calls whom now, or in a range of time', answer: Graph },
  'GET /layouts/{scope}': { summary: 'Where the nodes of a graph stand', answer: Layout },
  'PUT /layouts/{scope}': { summary: 'Put the nodes of a graph in place', body: Layout, answer: Layout },
  'GET /services': { summary: 'Services and how they are', answer: pageOf(ServiceSummary) },
  'GET /services/{namespace}/{name}': {
    summary: 'One service: callers, dependencies, what is in force',
    answer: ServiceDetail,
  },
  'GET /signals/services/{namespace}/{name}': { summary: 'Golden signals over time', answer: ServiceSignals },
  'GET /requests': { summary: 'Recorded requests, newest first', answer: pageOf(RequestRecord) },
  'GET /traces': { summary: 'The newest traces' },
  'GET /traces/{traceId}': { summary: 'The spans of one trace' },
  'GET /audit': { summary: 'Audit entries, newest first', answer: pageOf(AuditEntry) },
  'GET /audit/verify': { summary: 'Check the audit chain', answer: AuditVerification },
}

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
  const { summary = path, body, answer, status = 200 } = contract ?? {}
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return {
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: json(body, 'input') } } : {}),
    responses: {
      [status]: { description: 'Done', ...(answer ? { content: json(answer, 'output') } : {}) },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function json(schema: z.ZodType, io: 'input' | 'output') {
  return { 'application/json': { schema: schemaOf(schema, io) } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output') {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' })
}
