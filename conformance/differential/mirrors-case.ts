import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream } from './http2-upstream.ts'
import { makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { makeFraction } from './make-fraction.ts'
import { makeRequest } from './make-request.ts'
import { makeRewrites } from './make-route.ts'

/** Copies go to one or two other clusters, or to none. */
export function makeMirrorsCase(draw: Draw, requests: number): Json {
  const match = { prefix: draw.pick(['/', '/', '/a']) }
  const isHttp2 = draw.chance(0.25)
  const answers = [{ status: draw.pick([200, 200, 503]), body: 'mirror' }]
  return {
    listener: {
      hcm: makePaths(draw),
      route_config: { validate_clusters: false },
      routes: [
        {
          match,
          route: {
            cluster: '<a>',
            ...(draw.chance(0.4) ? withoutPathHost(makeRewrites(draw, match)) : {}),
            request_mirror_policies: [makeMirror(draw), ...draw.some(1, () => makeMirror(draw))],
            ...draw.maybe(0.2, 'timeout', () => '5s'),
          },
          ...makeEdits(draw, draw.pick([0, 0.4])),
        },
      ],
    },
    clusters: isHttp2 ? { mirrored: http2Upstream({}) } : {},
    upstreams: {
      a: draw.pick<unknown>(['ok', { answers: [{ status: 503 }] }]),
      mirrored: draw.chance(0.1) ? 'refuses' : isHttp2 ? { h2: answers } : { answers },
      other: 'ok',
    },
    // The copy may be sent after the answer has come.
    steps: Array.from({ length: requests }, (_, index) => [makeRequest(draw, index, ['ports']), { waitMs: 80 }]).flat(),
  }
}

/** A host out of a path may have a colon and no port. */
function withoutPathHost({ host_rewrite_path_regex: _, ...rewrites }: Json): Json {
  return rewrites
}

function makeMirror(draw: Draw): Json {
  return {
    cluster: draw.pick(['<mirrored>', '<mirrored>', '<other>', 'nowhere']),
    ...draw.maybe(0.5, 'runtime_fraction', () => ({
      default_value: makeFraction(draw, 0.5),
      ...draw.maybe(0.3, 'runtime_key', () => 'mirror.share'),
    })),
    ...draw.maybe(0.3, 'disable_shadow_host_suffix_append', () => true),
  }
}
