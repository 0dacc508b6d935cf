import { classNames } from './class-names.ts'

export type ButtonLook = 'primary' | 'secondary' | 'danger' | 'quiet'

const looks: Record<ButtonLook, string> = {
  primary: 'border-accent bg-accent text-on-accent hover:brightness-110',
  secondary: 'border-line-strong bg-surface text-text hover:bg-ground',
  danger: 'border-fail bg-surface text-fail hover:bg-removed',
  quiet: 'border-transparent bg-transparent text-text hover:bg-line/50',
}

/** The look of a button, for what must be a link or a menu trigger. */
export function buttonClass(look: ButtonLook = 'secondary', size: 'small' | 'normal' = 'normal'): string {
  return classNames(
    'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-control border font-medium',
    'aria-pressed:border-accent aria-pressed:font-semibold aria-disabled:cursor-not-allowed aria-disabled:opacity-60 disabled:cursor-not-allowed disabled:opacity-60',
    // A finger needs more than a mouse.
    size === 'small' ? 'min-h-6 px-2 text-dense max-md:min-h-11' : 'min-h-8 px-3 text-body max-md:min-h-11',
    looks[look],
  )
}
