/** Fetches the text editor. Called early, when a hand goes towards "Edit", so that it stands at once. */
export function loadYamlEditor() {
  return import('./yaml-editor.tsx').then((module) => module.YamlEditor)
}
