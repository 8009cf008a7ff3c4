import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { DeviceView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayInWords, shortTime, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { BlockDialog } from './block-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'

/** Shape and word beside the name: a device that is shut out, or that is read slowly. */
export function AccessMarks({ device }: { device: DeviceView }) {
  const { t } = useTown().words
  return (
    <>
      {device.blocked && <span className="device-mark is-blocked">{t('devices.blocked')}</span>}
      {device.throttled && <span className="device-mark">{t('devices.throttled')}</span>}
    </>
  )
}

const askEveryMs = 10_000

const pathOf = ({ id }: DeviceView) => `/devices/${encodeURIComponent(id)}`

/** The live stream says nothing of marks. */
function usePresent(listed: DeviceView): DeviceView {
  return useQuery({
    queryKey: ['device', listed.id],
    queryFn: () => call<DeviceView>(pathOf(listed)),
    refetchInterval: askEveryMs,
    initialData: listed,
  }).data
}

/** What stands in the way of a device. */
export function AccessNotes({ device: listed }: { device: DeviceView }) {
  const { words, zone } = useTown()
  const device = usePresent(listed)
  const { t, language } = words
  const { blocked, throttled, oldSecretUntil } = device
  const time = (at: number) => shortTime(at, serverNow(), zone)
  if (!blocked && !throttled && oldSecretUntil === null) return null
  return (
    <ul className="device-notes">
      {blocked && (
        <li className="is-blocked">
          {t('devices.blockedSince', { time: time(blocked.at), reason: blocked.reason })}
        </li>
      )}
      {throttled && (
        <li>
          {t('devices.throttledSince', {
            time: time(throttled.since),
            count: throttled.messages.toLocaleString('en'),
          })}
        </li>
      )}
      {oldSecretUntil !== null && (
        <li>
          {t('devices.oldSecretUntil', {
            time: `${dayInWords(oldSecretUntil, zone, language)} ${timeOfDay(oldSecretUntil, zone)}`,
          })}
        </li>
      )}
    </ul>
  )
}

/** The administrator's means against it. */
export function DeviceAccess({ device: listed }: { device: DeviceView }) {
  const { session, words } = useTown()
  const { t } = words
  const device = usePresent(listed)
  const path = pathOf(device)
  const client = useQueryClient()
  const [open, setOpen] = useState<'rotate' | 'block' | null>(null)

  async function changed(next?: DeviceView) {
    if (next) client.setQueryData(['device', device.id], next)
    await client.invalidateQueries({ queryKey: ['device', device.id] })
    await client.invalidateQueries({ queryKey: ['devices'] })
  }
  const unblock = useMutation({
    mutationFn: () => call<DeviceView>(`${path}/unblock`, { method: 'POST' }),
    onSuccess: changed,
  })
  if (session.person.role !== 'townAdmin') return null
  return (
    <section className="device-access" aria-label={t('devices.access')}>
      <h3 className="panel-title">{t('devices.access')}</h3>
      <div className="device-acts">
        <Button onClick={() => setOpen('rotate')}>{t('devices.rotate')}</Button>
        {device.blocked ? (
          <Button loading={unblock.isPending} onClick={() => unblock.mutate()}>
            {t('devices.unblock')}
          </Button>
        ) : (
          <Button danger onClick={() => setOpen('block')}>
            {t('devices.block')}
          </Button>
        )}
      </div>
      {unblock.isError && (
        <p className="said" role="alert">
          {failureWords(unblock.error, t)}
        </p>
      )}
      {open === 'rotate' && (
        <RotateDialog
          device={device}
          path={path}
          onRotated={changed}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'block' && (
        <BlockDialog device={device} path={path} onDone={changed} onClose={() => setOpen(null)} />
      )}
    </section>
  )
}
