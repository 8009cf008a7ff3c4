import { useRef } from 'react'
import { Button } from './button.tsx'
import type { IconName } from './icon.tsx'

interface PhotoButtonProps {
  children: string
  icon?: IconName
  isChosen?: boolean
  /** Before the camera's own app covers the page. */
  onOpen?: () => void
  onPhoto: (photo: Blob) => void
}

/** The phone's own camera app: everybody knows it, and it needs no permission of the page. */
export function PhotoButton({
  children,
  icon = 'camera',
  isChosen = false,
  onOpen,
  onPhoto,
}: PhotoButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  const open = () => {
    onOpen?.()
    input.current?.click()
  }
  return (
    <>
      <Button icon={icon} look={isChosen ? 'chosen' : 'plain'} onClick={open}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        onChange={({ target }) => {
          const photo = target.files?.[0]
          if (photo) onPhoto(photo)
          target.value = ''
        }}
      />
    </>
  )
}
