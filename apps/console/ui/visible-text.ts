/**
 * What stands in a text without being seen, or lets it be seen in another order than it has: control characters, marks and
 * overrides of the writing direction, spaces of no width, tags. A joiner is meant in an emoji and in some scripts, and
 * hidden only behind what ASCII has.
 */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|(?<=[\u0000-\u007f]|^)[\u200c\u200d]/gu

/** A text in which nothing hides: who approves a change must read what a proxy will read. */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}
