import { expect, test } from 'vitest'
import { allSteps } from '../clock/all-steps.ts'
import { sumPrometheus } from './sum-prometheus.ts'

test('series of several processes are added up, and lines of a family stay together', () => {
  const one = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200"} 3
# TYPE took histogram
took_bucket{le="1"} 1
took_sum 0.5
took_count 1
`
  const two = `# TYPE took histogram
took_bucket{le="1"} 2
took_sum 1.25
took_count 2
# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200"} 4
requests_total{code="503",why="a } b"} 1
`

  expect([...allSteps(sumPrometheus([one, two]))].join('')).toBe(`# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200"} 7
requests_total{code="503",why="a } b"} 1
# TYPE took histogram
took_bucket{le="1"} 3
took_sum 1.75
took_count 3
`)
})
