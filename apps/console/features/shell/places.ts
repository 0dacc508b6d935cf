import { paths } from '#paths'

export type Place = { readonly label: string; readonly path: string; readonly key: string; readonly question: string }

/** The places of the rail, with the key after `g`. */
export const places: readonly Place[] = [
  { label: 'Graph', path: paths.graph(), key: 'g', question: 'Where does a failure start, how far does it spread?' },
  { label: 'Services', path: paths.services(), key: 's', question: 'Is my service at fault, or who hurts it?' },
  { label: 'Policies', path: paths.policies(), key: 'p', question: 'What rule applies, and who wrote it?' },
  { label: 'Changes', path: paths.changes(), key: 'c', question: 'What is rolling out? Undo it.' },
  { label: 'Revisions', path: paths.revisions(), key: 'r', question: 'What was the mesh at that time?' },
  { label: 'Proxies', path: paths.proxies(), key: 'x', question: 'Which proxy runs what?' },
  { label: 'Audit', path: paths.audit(), key: 'a', question: 'Who did what, and is the record whole?' },
]
