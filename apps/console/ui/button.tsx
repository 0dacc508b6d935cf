import { type ButtonLook, buttonClass } from './button-class.ts'
import { classNames } from './class-names.ts'

type Props = React.ComponentProps<'button'> & {
  readonly look?: ButtonLook
  readonly size?: 'small' | 'normal'
  /** Shown while its work runs; it keeps its width and takes no second press. */
  readonly isBusy?: boolean
}

export function Button({ look = 'secondary', size = 'normal', isBusy = false, className, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-busy={isBusy || undefined}
      disabled={isBusy || disabled}
      className={classNames(buttonClass(look, size), isBusy && 'cursor-progress', className)}
      {...rest}
    />
  )
}
