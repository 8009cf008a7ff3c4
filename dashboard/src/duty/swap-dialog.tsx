import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Modal, Select } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { DutyView } from '../api/types.ts'
import { dutyQuery } from '../api/work-queries.ts'
import { dayInWords, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'

interface SwapDialogProps {
  duty: DutyView
  now: number
  onClose: () => void
}

const aheadMs = 14 * 86_400_000
const minuteMs = 60_000

/** Duties of others that are not over. Pure. */
export function swappable(duties: readonly DutyView[], duty: DutyView, now: number): DutyView[] {
  return duties
    .filter((one) => one.username !== duty.username && one.endsAt > now)
    .toSorted((a, b) => a.startsAt - b.startsAt || a.name.localeCompare(b.name, 'zh'))
}

export function SwapDialog({ duty, now, onClose }: SwapDialogProps) {
  const { words, zone } = useTown()
  const { t, language } = words
  const client = useQueryClient()
  const [other, setOther] = useState<string | null>(null)
  const [isAsked, setAsked] = useState(false)
  const [from] = useState(() => Math.floor(now / minuteMs) * minuteMs)
  const duties = useQuery(dutyQuery({ from, to: from + aheadMs })).data
  const save = useMutation({
    mutationFn: (id: string) =>
      call(`/duty/${encodeURIComponent(duty.id)}/swap`, { method: 'POST', body: { with: id } }),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['duty'] }),
  })
  const others = swappable(duties ?? [], duty, now)
  const when = ({ startsAt, endsAt }: DutyView) =>
    `${dayInWords(startsAt, zone, language)} ${timeOfDay(startsAt, zone)}–${timeOfDay(endsAt, zone)}`

  function finish(): void {
    setAsked(true)
    if (other !== null) save.mutate(other)
  }

  return (
    <Modal
      open
      title={t('swap.title')}
      okText={t('swap.ok')}
      cancelText={t('dialog.cancel')}
      confirmLoading={save.isPending}
      onOk={finish}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p>{t('swap.what', { name: duty.name, when: when(duty) })}</p>
      {duties && others.length === 0 ? (
        <p className="second swap-none">{t('swap.none')}</p>
      ) : (
        <Select
          className="swap-with"
          aria-label={t('swap.with')}
          placeholder={t('swap.with')}
          loading={!duties}
          value={other}
          onChange={(id) => {
            save.reset()
            setOther(id)
          }}
          showSearch={{ optionFilterProp: 'label' }}
          options={others.map((one) => ({ value: one.id, label: `${one.name} · ${when(one)}` }))}
        />
      )}
      {isAsked && (other === null || save.isError) && (
        <p className="said" role="alert">
          {other === null
            ? t('swap.missing')
            : failureWords(save.error, t, { conflict: 'swap.conflict' })}
        </p>
      )}
    </Modal>
  )
}
