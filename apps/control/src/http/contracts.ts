import { AuditEntry, AuditVerification } from '@heddle/shared/api/audit'
import {
  ChangeDetail,
  ChangeSummary,
  CommentOnChange,
  EditChange,
  GiveVerdict,
  RestoreRevision,
  RevisionDiff,
  SubmitChange,
  ValidateEdits,
  ValidationResult,
} from '@heddle/shared/api/changes'
import { Graph, Layout } from '@heddle/shared/api/graph'
import { ObjectDetail, ObjectSummary, PolicyKind } from '@heddle/shared/api/objects'
import { PageQuery, pageOf } from '@heddle/shared/api/page'
import { ProxyDetail, ProxySummary } from '@heddle/shared/api/proxies'
import {
  AuditQuery,
  ChangeName,
  ChangesQuery,
  GraphQuery,
  NamespaceQuery,
  ObjectQuery,
  ObjectsQuery,
  ProxiesQuery,
  RevisionNumber,
  TracesQuery,
  VerifyAuditQuery,
} from '@heddle/shared/api/queries'
import { RequestQuery, RequestRecord } from '@heddle/shared/api/request-record'
import { Revision } from '@heddle/shared/api/revision'
import { RolloutAction, RolloutDetail, RolloutSummary } from '@heddle/shared/api/rollouts'
import { Session, SignIn } from '@heddle/shared/api/session'
import { RangeQuery, ServiceDetail, ServiceSignals, ServiceSummary } from '@heddle/shared/api/signals'
import { SimulateEdits, SimulationResult } from '@heddle/shared/api/simulate'
import { CreateToken, NewToken, Token, TokensQuery } from '@heddle/shared/api/tokens'
import { Service } from '@heddle/shared/model/service'
import { z } from 'zod'

/** What is said about one route. */
export type Contract = {
  readonly summary: string
  readonly query?: z.ZodObject
  /** Path parameters that are more than any text. */
  readonly parameters?: Readonly<Record<string, z.ZodType>>
  readonly body?: z.ZodType
  /** A request without a body is one with all defaults. */
  readonly isBodyOptional?: boolean
  readonly ifMatch?: 'required' | 'optional'
  readonly answer?: z.ZodType
  readonly status?: number
}

/** What is said about each route; a route without an entry is described by its path alone. */
export const contracts: Readonly<Record<string, Contract>> = {
  'POST /session': { summary: 'Sign in', body: SignIn, answer: Session },
  'GET /session': { summary: 'Who is signed in', answer: Session },
  'DELETE /session': { summary: 'Sign out' },
  'GET /tokens': { summary: 'API tokens, newest first', query: TokensQuery, answer: pageOf(Token) },
  'POST /tokens': { summary: 'Make an API token', body: CreateToken, answer: NewToken, status: 201 },
  'DELETE /tokens/{id}': { summary: 'Revoke an API token', parameters: { id: z.uuid() }, status: 204 },
  'GET /objects': {
    summary: 'Active policies, or those of a revision',
    query: ObjectsQuery,
    answer: pageOf(ObjectSummary),
  },
  'GET /objects/{kind}/{namespace}/{name}': {
    summary: 'One policy with its history',
    query: ObjectQuery,
    parameters: { kind: PolicyKind },
    answer: ObjectDetail,
  },
  'POST /validate': {
    summary: 'What a change would do; stores nothing',
    body: ValidateEdits,
    answer: ValidationResult,
  },
  'GET /changes': { summary: 'Changes, newest first', query: ChangesQuery, answer: pageOf(ChangeSummary) },
  'POST /changes': { summary: 'Propose a change', body: SubmitChange, answer: ChangeDetail, status: 201 },
  'GET /changes/{id}': {
    summary: 'One change, by its id or its number',
    parameters: { id: ChangeName },
    answer: ChangeDetail,
  },
  'PATCH /changes/{id}': {
    summary: 'Edit a change; voids approvals',
    parameters: { id: z.uuid() },
    ifMatch: 'required',
    body: EditChange,
    answer: ChangeDetail,
  },
  'POST /changes/{id}/approve': {
    summary: 'Approve what was looked at',
    parameters: { id: z.uuid() },
    body: GiveVerdict,
    answer: ChangeDetail,
  },
  'POST /changes/{id}/reject': {
    summary: 'Reject what was looked at',
    parameters: { id: z.uuid() },
    body: GiveVerdict,
    answer: ChangeDetail,
  },
  'POST /changes/{id}/submit': {
    summary: 'Ask for the review of a draft',
    parameters: { id: z.uuid() },
    ifMatch: 'optional',
    answer: ChangeDetail,
  },
  'POST /changes/{id}/rebase': {
    summary: 'Put a change on the active revision; voids approvals, names conflicts',
    parameters: { id: z.uuid() },
    ifMatch: 'optional',
    answer: ChangeDetail,
  },
  'POST /changes/{id}/comments': {
    summary: 'Say something about a change',
    parameters: { id: z.uuid() },
    body: CommentOnChange,
    answer: ChangeDetail,
  },
  'POST /changes/{id}/withdraw': { summary: 'Take a change back', parameters: { id: z.uuid() }, answer: ChangeDetail },
  'POST /changes/{id}/rollback': {
    summary: 'Put the content before a change back',
    parameters: { id: z.uuid() },
    body: RolloutAction,
    isBodyOptional: true,
    answer: ChangeDetail,
  },
  'GET /revisions': { summary: 'Revisions, newest first', query: PageQuery, answer: pageOf(Revision) },
  'GET /revisions/{number}': { summary: 'One revision', parameters: { number: RevisionNumber }, answer: Revision },
  'GET /revisions/{a}/diff/{b}': {
    summary: 'What differs between two revisions',
    parameters: { a: RevisionNumber, b: RevisionNumber },
    answer: RevisionDiff,
  },
  'POST /revisions/{number}/restore': {
    summary: 'Propose the content of a revision',
    parameters: { number: RevisionNumber },
    body: RestoreRevision,
    answer: ChangeDetail,
    status: 201,
  },
  'GET /proxies': { summary: 'Proxies and what they run', query: ProxiesQuery, answer: pageOf(ProxySummary) },
  'GET /proxies/{id}': { summary: 'One proxy with every resource that it is told to run', answer: ProxyDetail },
  'POST /simulate': {
    summary: 'What edits would have done to recorded requests; stores nothing',
    body: SimulateEdits,
    answer: SimulationResult,
  },
  'GET /rollouts': { summary: 'Rollouts, newest first', query: PageQuery, answer: pageOf(RolloutSummary) },
  'GET /rollouts/{id}': {
    summary: 'One rollout with its acknowledgements',
    parameters: { id: z.uuid() },
    answer: RolloutDetail,
  },
  'GET /changes/{id}/rollout': {
    summary: 'The rollout of a change',
    parameters: { id: z.uuid() },
    answer: RolloutDetail,
  },
  'POST /rollouts/{id}/pause': {
    summary: 'Stop before the next step',
    parameters: { id: z.uuid() },
    body: RolloutAction,
    isBodyOptional: true,
    answer: RolloutDetail,
  },
  'POST /rollouts/{id}/resume': {
    summary: 'Go on',
    parameters: { id: z.uuid() },
    body: RolloutAction,
    isBodyOptional: true,
    answer: RolloutDetail,
  },
  'POST /rollouts/{id}/promote': {
    summary: 'Pass the stage now',
    parameters: { id: z.uuid() },
    body: RolloutAction,
    isBodyOptional: true,
    answer: RolloutDetail,
  },
  'POST /rollouts/{id}/abort': {
    summary: 'Take it back and end',
    parameters: { id: z.uuid() },
    body: RolloutAction,
    isBodyOptional: true,
    answer: RolloutDetail,
  },
  'POST /rollouts/{id}/rollback': {
    summary: 'Put the content before back',
    parameters: { id: z.uuid() },
    body: RolloutAction,
    isBodyOptional: true,
    answer: RolloutDetail,
  },
  'GET /graph': { summary: 'Who calls whom now, or in a range of time', query: GraphQuery, answer: Graph },
  'GET /layouts/{scope}': { summary: 'Where the nodes of a graph stand', answer: Layout },
  'PUT /layouts/{scope}': { summary: 'Put the nodes of a graph in place', body: Layout, answer: Layout },
  'GET /services': { summary: 'Services and how they are', query: NamespaceQuery, answer: pageOf(ServiceSummary) },
  'GET /services/{namespace}/{name}': {
    summary: 'One service: callers, dependencies, what is in force',
    answer: ServiceDetail,
  },
  'GET /signals/services/{namespace}/{name}': {
    summary: 'Golden signals over time',
    query: RangeQuery,
    answer: ServiceSignals,
  },
  'GET /requests': { summary: 'Recorded requests, newest first', query: RequestQuery, answer: pageOf(RequestRecord) },
  'GET /traces': { summary: 'The newest traces', query: TracesQuery },
  'GET /traces/{traceId}': {
    summary: 'The spans of one trace',
    parameters: { traceId: z.string().regex(/^[0-9a-f]{32}$/) },
  },
  'GET /catalog/services': { summary: 'Services as they were registered', query: NamespaceQuery },
  'PUT /catalog/services/{namespace}/{name}': { summary: 'Register a service', body: Service },
  'DELETE /catalog/services/{namespace}/{name}': { summary: 'Remove a service', status: 204 },
  'GET /catalog/workloads': { summary: 'Instances that have joined', query: NamespaceQuery },
  'GET /schemas': { summary: 'The kinds of objects' },
  'GET /schemas/{kind}': { summary: 'The JSON Schema of a kind' },
  'GET /openapi.json': { summary: 'This document' },
  'GET /audit': { summary: 'Audit entries, newest first', query: AuditQuery, answer: pageOf(AuditEntry) },
  'GET /audit/verify': { summary: 'Check the audit chain', query: VerifyAuditQuery, answer: AuditVerification },
}
