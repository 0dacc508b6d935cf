import { passToControl } from '../../../../pass-to-control.ts'

// Each verb of the API; the control plane says which path knows which.
export {
  passToControl as DELETE,
  passToControl as GET,
  passToControl as HEAD,
  passToControl as PATCH,
  passToControl as POST,
  passToControl as PUT,
}
