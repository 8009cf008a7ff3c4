import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Radio, Select } from 'antd'
import { plannedKinds } from '../../../gateway/domain/planned-event.ts'
import { call } from '../api/client.ts'
import type { NewPlannedEvent, PlannedEventView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { placeAt } from '../cases/report-place.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { entryOf, fieldsOf, type PlannedFields, usualHazards } from './planned-entry.ts'
import { TimeFields } from './time-fields.tsx'
import { WhereFields } from './where-fields.tsx'

interface PlannedDialogProps {
  /** Null: a new one. */
  event: PlannedEventView | null
  onClose: () => void
}

function useFirstFields(event: PlannedEventView | null): PlannedFields {
  const { hazards, session, zone } = useTown()
  if (event !== null) return fieldsOf(event, zone)
  const today = dayOf(serverNow(), zone)
  const { scope } = session.person
  return {
    kind: 'burn',
    hazards: usualHazards('burn', hazards),
    where: 'area',
    ...(scope.length >= 12 && { place: scope }),
    radiusM: 200,
    first: today,
    begins: '08:00',
    last: today,
    ends: '18:00',
  }
}

export function PlannedDialog({ event, onClose }: PlannedDialogProps) {
  const { words, hazards, places, zone } = useTown()
  const { t } = words
  const client = useQueryClient()
  const [form] = Form.useForm<PlannedFields>()
  const first = useFirstFields(event)
  const save = useMutation({
    mutationFn: (body: NewPlannedEvent) =>
      event === null
        ? call('/planned-events', { method: 'POST', body })
        : call(`/planned-events/${encodeURIComponent(event.id)}`, { method: 'PATCH', body }),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['planned'] }),
  })

  function finish(fields: PlannedFields): void {
    const { point } = fields
    const village = point ? (placeAt(places, point)?.code.slice(0, 12) ?? null) : null
    const entry = entryOf(fields, village, zone)
    if (entry) save.mutate(entry)
  }

  return (
    <FormDialog<PlannedFields>
      form={form}
      title={t(event === null ? 'planned.add' : 'planned.edit')}
      okText={t(event === null ? 'planned.add' : 'planned.save')}
      isBusy={save.isPending}
      failure={save.isError ? failureWords(save.error, t, { conflict: 'planned.over' }) : null}
      width={640}
      className="planned-form"
      initialValues={first}
      onFinish={finish}
      onChange={(changed: Partial<PlannedFields>) => {
        if (save.isError) save.reset()
        if (changed.kind !== undefined)
          form.setFieldValue('hazards', usualHazards(changed.kind, hazards))
      }}
      onClose={onClose}
    >
      <WhatFields />
      <WhereFields />
      <TimeFields />
      <MoreFields />
    </FormDialog>
  )
}

function WhatFields() {
  const town = useTown()
  const { t } = town.words
  return (
    <>
      <Form.Item name="kind" label={t('planned.kind')}>
        <Radio.Group
          options={plannedKinds.map((kind) => ({ value: kind, label: t(`planned.kind.${kind}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="title"
        label={t('planned.name')}
        extra={t('planned.nameHelp')}
        rules={[{ required: true, whitespace: true, message: t('planned.nameMissing') }]}
      >
        <Input maxLength={80} autoFocus />
      </Form.Item>
      <Form.Item
        name="hazards"
        label={t('planned.hazards')}
        rules={[{ required: true, message: t('planned.hazardsMissing') }]}
      >
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={town.hazards.map(({ id }) => ({ value: id, label: town.hazard(id) }))}
        />
      </Form.Item>
    </>
  )
}

function MoreFields() {
  const { words, hazards } = useTown()
  const { t } = words
  const units = [...new Set(hazards.flatMap(({ unit, assist }) => [unit, ...assist]))]
  return (
    <>
      <Form.Item name="unit" label={t('planned.unit')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={units.map((unit) => ({ value: unit, label: unit }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('planned.note')} extra={t('planned.noteHelp')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </>
  )
}
