import { redirect } from 'next/navigation'
import { paths } from '#paths'

export default function FirstPage() {
  redirect(paths.graph())
}
