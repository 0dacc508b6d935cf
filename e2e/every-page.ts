/** Every kind of page, with its heading. */
export const everyPage = [
  ['/graph', 'Graph'],
  ['/graph?view=table&sel=svc%3Ashop%2Fweb%3Esvc%3Ashop%2Fcart', 'Graph'],
  ['/services', 'Services'],
  ['/services/shop/payments', 'shop/payments'],
  ['/services/shop/payments?tab=requests', 'shop/payments'],
  ['/services/shop/payments?tab=config', 'shop/payments'],
  ['/requests?by=both', 'Requests'],
  ['/policies', 'Policies'],
  ['/policies/HTTPRoute/shop/payments', 'shop/payments'],
  ['/policies/HTTPRoute/shop/payments/edit', 'Edit shop/payments'],
  [
    '/policies/new?kind=AuthorizationPolicy&action=DENY&source=shop/web&destination=shop/cart',
    'New AuthorizationPolicy',
  ],
  ['/changes', 'Changes'],
  ['/revisions', 'Revisions'],
  ['/revisions/compare/0/1', 'Revision 0 and 1'],
  ['/proxies', 'Proxies'],
  ['/audit', 'Audit'],
  ['/settings/tokens', 'API tokens'],
] as const
