import { loadYamlEditor } from './load-yaml-editor.ts'

/**
 * Fetches the editor, and with it its text, which a small screen does not edit. Called early, when a hand goes towards
 * "Edit", so that it stands at once; and apart from the page, whose frame and policy need none of it.
 */
export function loadPolicyEditor() {
  if (window.matchMedia('(min-width: 768px)').matches) void loadYamlEditor()
  return import('./policy-editor.tsx').then((module) => module.PolicyEditor)
}

/** The same for a policy that is not there yet, with what it begins with. */
export function loadNewPolicy() {
  void loadPolicyEditor()
  return import('./new-policy.tsx').then((module) => module.NewPolicy)
}
