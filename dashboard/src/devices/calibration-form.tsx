import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { type ObservedProperty, observedProperties } from '../../../gateway/domain/observation.ts'
import { call } from '../api/client.ts'
import type { CalibrationView, DeviceView, NewCalibration } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayOf, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { DayInput } from '../audit/day-input.tsx'
import { term } from '../i18n/translate.ts'
import { failureWords } from '../parts/failure-words.ts'
import { unitOf } from '../parts/words.ts'
import { instantOf } from '../planned/planned-entry.ts'
import { useCalibrated } from './calibration-query.ts'
import { lastMeasured, previewOf, propertiesOf } from './calibration-words.ts'

interface Fields {
  property: ObservedProperty
  /** YYYY-MM-DD */
  day: string
  /** HH:MM */
  time: string
  factor: number | null
  offset: number | null
  reason: string
}

interface CalibrationFormProps {
  device: DeviceView
  calibrations: readonly CalibrationView[]
}

const aTime = /^([01]\d|2[0-3]):[0-5]\d$/

function instantIn({ day, time }: Pick<Fields, 'day' | 'time'>, zone: string): number | null {
  return day && aTime.test(time) ? instantOf(day, time, zone) : null
}

export function CalibrationForm({ device, calibrations }: CalibrationFormProps) {
  const { words, zone } = useTown()
  const { t } = words
  const [form] = Form.useForm<Fields>()
  const properties = propertiesOf(device, calibrations)
  const calibrated = useCalibrated(device.id)
  const save = useMutation({
    mutationFn: (body: NewCalibration) =>
      call<CalibrationView>(`/devices/${encodeURIComponent(device.id)}/calibrations`, {
        method: 'POST',
        body,
      }),
    onSuccess: async () => {
      form.resetFields()
      await calibrated()
    },
  })

  function finish({ day, time, factor, offset, ...rest }: Fields): void {
    const from = instantIn({ day, time }, zone)
    if (from === null || factor === null || offset === null) return
    save.mutate({ ...rest, from, factor, offset })
  }

  return (
    <Form<Fields>
      form={form}
      className="calibration-form"
      layout="vertical"
      requiredMark={false}
      initialValues={{
        property: properties[0],
        day: dayOf(serverNow(), zone),
        time: timeOfDay(serverNow(), zone),
        factor: 1,
        offset: 0,
      }}
      onFinish={finish}
      onValuesChange={() => save.isError && save.reset()}
    >
      <h3 className="panel-title">{t('calibration.add')}</h3>
      <WhatAndWhen properties={properties} />
      <LineFields />
      <PreviewLine device={device} calibrations={calibrations} />
      <Form.Item
        name="reason"
        label={t('calibration.reason')}
        extra={t('calibration.reasonHelp')}
        rules={[
          { required: true, whitespace: true, min: 2, message: t('calibration.reasonMissing') },
        ]}
      >
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} />
      </Form.Item>
      {save.isError && (
        <p className="said" role="alert">
          {failureWords(save.error, t, { conflict: 'calibration.full' })}
        </p>
      )}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('calibration.save')}
      </Button>
    </Form>
  )
}

function WhatAndWhen({ properties }: { properties: readonly ObservedProperty[] }) {
  const { t } = useTown().words
  return (
    <div className="calibration-row">
      <Form.Item name="property" label={t('calibration.property')}>
        <Select
          options={properties.map((name) => ({ value: name, label: term(t, 'property', name) }))}
        />
      </Form.Item>
      <Form.Item
        name="day"
        label={t('calibration.day')}
        rules={[{ required: true, message: t('calibration.dayMissing') }]}
      >
        <DayField label={t('calibration.day')} />
      </Form.Item>
      <Form.Item
        name="time"
        label={t('calibration.time')}
        rules={[{ required: true, pattern: aTime, message: t('calibration.timeWrong') }]}
      >
        <Input maxLength={5} inputMode="numeric" autoComplete="off" />
      </Form.Item>
    </div>
  )
}

interface DayFieldProps {
  label: string
  value?: string
  onChange?: (day: string) => void
}

/** The form gives value and change. */
function DayField({ label, value = '', onChange }: DayFieldProps) {
  return <DayInput label={label} value={value} onChange={(day) => onChange?.(day)} />
}

function LineFields() {
  const { t } = useTown().words
  const property = Form.useWatch<ObservedProperty | undefined>('property')
  return (
    <div className="calibration-row is-two">
      <Form.Item
        name="factor"
        label={t('calibration.factor')}
        rules={[
          {
            required: true,
            type: 'number',
            min: -1000,
            max: 1000,
            message: t('calibration.factorWrong'),
          },
          {
            validator: (_, factor: unknown) =>
              factor === 0
                ? Promise.reject(new Error(t('calibration.factorWrong')))
                : Promise.resolve(),
          },
        ]}
      >
        <InputNumber controls={false} />
      </Form.Item>
      <Form.Item
        name="offset"
        label={t('calibration.offset', { unit: unitOf(property ?? '') })}
        rules={[
          {
            required: true,
            type: 'number',
            min: -100_000,
            max: 100_000,
            message: t('calibration.offsetWrong'),
          },
        ]}
      >
        <InputNumber controls={false} />
      </Form.Item>
    </div>
  )
}

/** What comes of the last reading, before anything is saved. */
function PreviewLine({ device, calibrations }: CalibrationFormProps) {
  const { words, zone } = useTown()
  const { t } = words
  const fields = Form.useWatch((all: Partial<Fields>) => all) ?? {}
  const { property, day = '', time = '' } = fields
  if (property === undefined) return null
  const preview = previewOf(property, lastMeasured(device, property, calibrations), fields)
  const { min, max, unit } = observedProperties[property]
  const from = instantIn({ day, time }, zone)
  const isAgain = calibrations.some((one) => one.property === property && one.from === from)
  return (
    <div className="calibration-preview" aria-live="polite">
      {preview === null ? (
        <p className="second">{t('calibration.previewNone')}</p>
      ) : (
        <p>
          <span className="second">{t('calibration.previewLast')}</span>{' '}
          <strong>
            {t('calibration.preview', { measured: preview.measured, value: preview.value })}
          </strong>
        </p>
      )}
      {preview?.isBeyond && (
        <p>{t('calibration.range', { property: term(t, 'property', property), min, max, unit })}</p>
      )}
      {isAgain && <p>{t('calibration.replaces')}</p>}
    </div>
  )
}
