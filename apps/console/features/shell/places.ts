import {
  Boxes,
  ClipboardList,
  GitPullRequest,
  History,
  ListTree,
  type LucideIcon,
  Network,
  ScrollText,
  ShieldCheck,
} from 'lucide-react'
import { paths } from '#paths'

export type Place = {
  readonly label: string
  readonly path: string
  readonly key: string
  readonly question: string
  readonly icon: LucideIcon
  /** Stands in the bottom bar of a small screen; the others are behind "More". */
  readonly isNear?: boolean
}

/** The places of the rail, with the key after `g`. */
export const places: readonly Place[] = [
  {
    label: 'Graph',
    path: paths.graph(),
    key: 'g',
    question: 'Where does a failure start, how far does it spread?',
    icon: Network,
    isNear: true,
  },
  {
    label: 'Services',
    path: paths.services(),
    key: 's',
    question: 'Is my service at fault, or who hurts it?',
    icon: Boxes,
    isNear: true,
  },
  {
    label: 'Requests',
    path: paths.requests(),
    key: 'q',
    question: 'Why did this request end so?',
    icon: ListTree,
  },
  {
    label: 'Policies',
    path: paths.policies(),
    key: 'p',
    question: 'What rule applies, and who wrote it?',
    icon: ScrollText,
  },
  {
    label: 'Changes',
    path: paths.changes(),
    key: 'c',
    question: 'What is rolling out? Undo it.',
    icon: GitPullRequest,
    isNear: true,
  },
  {
    label: 'Revisions',
    path: paths.revisions(),
    key: 'r',
    question: 'What was the mesh at that time?',
    icon: History,
  },
  { label: 'Proxies', path: paths.proxies(), key: 'x', question: 'Which proxy runs what?', icon: ShieldCheck },
  {
    label: 'Audit',
    path: paths.audit(),
    key: 'a',
    question: 'Who did what, and is the record whole?',
    icon: ClipboardList,
  },
]
