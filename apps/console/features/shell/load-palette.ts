/** Fetches the palette. Called early, when a hand goes towards it, so that it opens at once. */
export function loadPalette() {
  return import('./command-palette.tsx').then((module) => module.CommandPalette)
}
