import { readJson, respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

export const payments: ShopService = {
  noise: (version) => ({ medianMs: version === 'v2' ? 14 : 20, errorShare: 0.002 }),
  routes: {
    'POST /charge': async ({ request, response, version, random }) => {
      const charge = (await readJson(request)) as { amount?: unknown } | undefined
      if (typeof charge?.amount !== 'number') return respond(response, 400, { error: 'amount is missing' })
      respond(response, 200, { version, receipt: Math.floor(random() * 1e9).toString(36) })
    },
    'GET /methods': ({ response }) => respond(response, 200, ['card', 'transfer']),
  },
}
