import { AutoComplete, Form, Input, InputNumber, Radio, Select } from 'antd'
import type { PointView, RouteView } from '../api/types.ts'
import { isInScopeOf, useTown, villageOfScope } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { ChecklistField } from './checklist-field.tsx'
import { idPattern } from './point-entry.ts'
import {
  fieldsOfRoute,
  newRouteFields,
  type RouteFields,
  refusedRouteFields,
  routeOf,
  type ShiftFields,
  shiftsOf,
} from './route-entry.ts'
import { RoutePointsField } from './route-points-field.tsx'
import { ShiftsField } from './shifts-field.tsx'
import { useRouteSaving } from './use-point-acts.ts'

interface RouteDialogProps {
  /** Null: a new one. */
  route: RouteView | null
  points: readonly PointView[]
  routes: readonly RouteView[]
  onClose: () => void
}

export function RouteDialog({ route, points, routes, onClose }: RouteDialogProps) {
  const { words, session } = useTown()
  const { t } = words
  const [form] = Form.useForm<RouteFields>()
  const save = useRouteSaving(route === null, onClose)
  const own = villageOfScope(session.person.scope) ?? undefined

  function finish(): void {
    const entry = routeOf(form.getFieldsValue(true) as RouteFields)
    if (!entry) return
    save.mutate(entry, {
      onError: (error) =>
        form.setFields(
          refusedRouteFields(error).map((name) => ({
            name,
            errors: [name === 'id' ? t('route.duplicate') : t(`route.refused.${name}`)],
          })),
        ),
    })
  }

  const wasRefused = save.isError && refusedRouteFields(save.error).length > 0
  return (
    <FormDialog<RouteFields>
      form={form}
      title={t(route === null ? 'routes.add' : 'routes.edit')}
      okText={t('route.save')}
      isBusy={save.isPending}
      failure={
        save.isError && !wasRefused
          ? failureWords(save.error, t, { invalid: 'point.refused' })
          : null
      }
      width={960}
      className="patrol-form"
      initialValues={route === null ? newRouteFields(routes, own) : fieldsOfRoute(route)}
      onFinish={finish}
      onChange={() => save.isError && save.reset()}
      onClose={onClose}
    >
      <div className="patrol-halves">
        <div>
          <NameFields isNew={route === null} routes={routes} />
          <PointFields points={points} />
          <WalkFields />
        </div>
        <div>
          <ShiftFieldsOf />
          <Form.Item name="checklist" label={t('route.checklist')}>
            <ChecklistField label={t('route.checklist')} />
          </Form.Item>
        </div>
      </div>
    </FormDialog>
  )
}

function NameFields({ isNew, routes }: { isNew: boolean; routes: readonly RouteView[] }) {
  const town = useTown()
  const { t } = town.words
  const villages = town.places.filter(
    ({ code, level }) => level === 'village' && isInScopeOf(town, code),
  )
  const teams = [...new Set(routes.map(({ team }) => team))]
  return (
    <>
      <div className="patrol-pair is-name">
        <Form.Item
          name="name"
          label={t('route.name')}
          rules={[{ required: true, whitespace: true, message: t('route.nameMissing') }]}
        >
          <Input maxLength={100} autoFocus placeholder={t('route.nameHelp')} />
        </Form.Item>
        <Form.Item
          name="id"
          label={t('point.id')}
          rules={[{ required: true, pattern: idPattern, message: t('point.idWrong') }]}
        >
          <Input maxLength={50} disabled={!isNew} />
        </Form.Item>
      </div>
      <div className="patrol-pair">
        <Form.Item
          name="village"
          label={t('route.village')}
          rules={[{ required: true, message: t('route.villageMissing') }]}
        >
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={villages.map(({ code }) => ({ value: code, label: town.place(code) }))}
          />
        </Form.Item>
        <Form.Item
          name="team"
          label={t('route.team')}
          tooltip={t('route.teamHelp')}
          rules={[{ required: true, whitespace: true, message: t('route.teamMissing') }]}
        >
          <AutoComplete
            options={teams.map((value) => ({ value }))}
            showSearch={{ filterOption: true }}
          >
            <Input maxLength={100} />
          </AutoComplete>
        </Form.Item>
      </div>
    </>
  )
}

function PointFields({ points }: { points: readonly PointView[] }) {
  const { t } = useTown().words
  const village = Form.useWatch<RouteFields['village']>('village')
  return (
    <Form.Item
      name="points"
      label={t('route.points')}
      rules={[{ type: 'array', min: 1, message: t('route.pointsMissing') }]}
    >
      <RoutePointsField points={points} village={village} />
    </Form.Item>
  )
}

function ShiftFieldsOf() {
  const { t } = useTown().words
  const check = (_rule: unknown, shifts: ShiftFields[]) =>
    shiftsOf(shifts) === null ? Promise.reject(new Error(t('route.shiftWrong'))) : Promise.resolve()
  return (
    <Form.Item name="shifts" label={t('route.shifts')} rules={[{ validator: check }]}>
      <ShiftsField />
    </Form.Item>
  )
}

function WalkFields() {
  const { t } = useTown().words
  return (
    <div className="patrol-pair">
      <Form.Item name="order" label={t('route.order')}>
        <Radio.Group
          options={(['any', 'strict'] as const).map((value) => ({
            value,
            label: t(`route.order.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="minWalkS"
        label={t('route.minWalk')}
        tooltip={t('route.minWalkHelp')}
        rules={[
          {
            required: true,
            type: 'number',
            min: 0,
            max: 86_400,
            message: t('route.refused.minWalkS'),
          },
        ]}
      >
        <InputNumber min={0} max={86_400} step={30} precision={0} />
      </Form.Item>
    </div>
  )
}
