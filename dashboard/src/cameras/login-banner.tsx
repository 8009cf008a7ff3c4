import { Button } from 'antd'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'

interface BannerProps {
  cameras: readonly CameraView[]
  /** Null: somebody else's work. */
  onJoin: ((addresses: readonly string[]) => void) | null
}

/** Cameras that are registered and cannot be asked: one login for all of them is set in one go. */
export function LoginBanner({ cameras, onJoin }: BannerProps) {
  const { t } = useTown().words
  const without = cameras.filter(({ path }) => path === 'noLogin' || path === 'refused')
  if (without.length === 0) return null
  const addresses = without.flatMap(({ address }) => address ?? [])
  return (
    <div className="said camera-login-banner" role="status">
      <span>
        {t(onJoin ? 'cameras.withoutLogin' : 'cameras.withoutLoginAsk', { n: without.length })}
      </span>
      {onJoin && addresses.length > 0 && (
        <Button onClick={() => onJoin(addresses)}>{t('cameras.setLogins')}</Button>
      )}
    </div>
  )
}
