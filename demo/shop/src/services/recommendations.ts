import { respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

export const recommendations: ShopService = {
  // The second version ranks better and takes longer.
  noise: (version) => ({ medianMs: version === 'v2' ? 18 : 9, errorShare: 0.002 }),
  routes: {
    'GET /for-you': async ({ call, version, response }) => {
      const products = await call('catalog', '/products')
      if (products.status !== 200) return respond(response, 200, { version, items: [] })
      const items = (products.body as { id: string }[]).slice(0, version === 'v2' ? 6 : 4)
      respond(response, 200, { version, items })
    },
  },
}
