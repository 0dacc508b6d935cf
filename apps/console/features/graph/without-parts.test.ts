import type { Graph } from '@heddle/shared/api/graph'
import { expect, test } from 'vitest'
import { withoutParts } from './without-parts.ts'

test('what is part of another service is no place of its own', () => {
  const nodes = [{ id: 'svc:shop/payments' }, { id: 'svc:shop/payments-v1', partOf: 'payments' }] as Graph['nodes'] // no more is read
  const graph = { nodes } as Graph

  expect(withoutParts(graph).nodes).toEqual([nodes[0]])
  expect(withoutParts(withoutParts(graph))).toEqual(withoutParts(graph))
})
