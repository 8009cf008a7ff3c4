import { Form, InputNumber, Radio, Select } from 'antd'
import type { LonLat } from '../../../gateway/domain/place.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { isReportable, placeAt } from '../cases/report-place.ts'
import { PlaceField } from '../cases/report-place-field.tsx'
import '../cases/report.css'
import type { PlannedFields } from './planned-entry.ts'

/** A place by its name, or a spot on the map with a radius. */
export function WhereFields() {
  const { t } = useTown().words
  const form = Form.useFormInstance<PlannedFields>()
  const where = Form.useWatch('where', form)
  return (
    <>
      <Form.Item
        name="where"
        label={t('planned.where')}
        extra={t(where === 'spot' ? 'planned.spotHelp' : 'planned.areaHelp')}
      >
        <Radio.Group
          options={(['area', 'spot'] as const).map((value) => ({
            value,
            label: t(`planned.${value}`),
          }))}
        />
      </Form.Item>
      {where === 'spot' ? <SpotFields /> : <AreaField />}
    </>
  )
}

function AreaField() {
  const town = useTown()
  const { t } = town.words
  const own = town.places.filter(({ code }) => isInScopeOf(town, code))
  return (
    <Form.Item
      name="place"
      label={t('planned.place')}
      rules={[{ required: true, message: t('planned.placeMissing') }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={own.map(({ code }) => ({ value: code, label: town.place(code) }))}
      />
    </Form.Item>
  )
}

function SpotFields() {
  const { words, places, session } = useTown()
  const { t } = words
  function checkPoint(point: LonLat | undefined): Promise<void> {
    const isOk = !point || isReportable(placeAt(places, point), session.person.scope)
    return isOk ? Promise.resolve() : Promise.reject(new Error(t('report.outside')))
  }
  return (
    <>
      <Form.Item
        name="point"
        className="planned-point"
        rules={[
          { required: true, message: t('planned.pointMissing') },
          { validator: (_rule, point?: LonLat) => checkPoint(point) },
        ]}
      >
        <PlaceField />
      </Form.Item>
      <Form.Item name="radiusM" label={t('planned.radius')}>
        <InputNumber min={20} max={2000} step={50} precision={0} />
      </Form.Item>
    </>
  )
}
