import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

type Look = 'primary' | 'plain' | 'solid' | 'help' | 'chosen'

interface ButtonProps {
  look?: Look
  icon?: IconName | undefined
  /** After the words. */
  iconEnd?: IconName
  isBig?: boolean
  isBusy?: boolean
  submit?: boolean
  pressed?: boolean
  onClick?: () => void
  children: ReactNode
}

export function Button({
  look = 'plain',
  icon,
  iconEnd,
  isBig = false,
  isBusy = false,
  submit = false,
  pressed,
  onClick,
  children,
}: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={`button button-${look}${isBig ? ' button-big' : ''}`}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      aria-pressed={pressed}
      onClick={isBusy ? undefined : onClick}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
      {iconEnd && <Icon name={iconEnd} />}
    </button>
  )
}
