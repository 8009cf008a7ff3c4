import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Checkbox, Form, Input, InputNumber, Select, Switch } from 'antd'
import { call } from '../api/client.ts'
import type { NewVideoPlan, VideoPlanView } from '../api/types.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { halfHours } from '../duty/duty-week.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { CamerasField } from './plan-cameras.tsx'
import {
  fieldsOfPlan,
  isGoodChecklist,
  mostCameras,
  type PlanFields,
  planOf,
  refusedFields,
  startsOf,
} from './plan-entry.ts'

interface PlanDialogProps {
  /** Null: a new one. */
  plan: VideoPlanView | null
  onClose: () => void
}

const everyDay = [1, 2, 3, 4, 5, 6, 7]

export function PlanDialog({ plan, onClose }: PlanDialogProps) {
  const { words, session } = useTown()
  const { t } = words
  const [form] = Form.useForm<PlanFields>()
  const save = usePlanSaving(plan, onClose)
  const first: PlanFields = plan
    ? fieldsOfPlan(plan)
    : {
        scope: session.person.scope,
        cameras: [],
        checklist: t('plan.checklistUsual'),
        starts: ['08:30'],
        weekdays: everyDay,
        windowMin: 60,
        enabled: true,
      }

  function finish(): void {
    const entry = planOf(form.getFieldsValue(true) as PlanFields)
    if (!entry) return
    save.mutate(entry, {
      onError: (error) =>
        form.setFields(
          refusedFields(error).map((name) => ({ name, errors: [t(`plan.problem.${name}`)] })),
        ),
    })
  }

  return (
    <FormDialog<PlanFields>
      form={form}
      title={t(plan === null ? 'plan.add' : 'plan.edit')}
      okText={t('plan.save')}
      isBusy={save.isPending}
      failure={
        save.isError && refusedFields(save.error).length === 0 ? failureWords(save.error, t) : null
      }
      width={920}
      className="plan-form"
      initialValues={first}
      onFinish={finish}
      onChange={() => {
        if (save.isError) save.reset()
      }}
      onClose={onClose}
    >
      <div className="plan-halves">
        <div className="plan-half">
          <NameFields />
          <TimeFields />
        </div>
        <div className="plan-half">
          <CameraFields />
          <ChecklistField />
        </div>
      </div>
    </FormDialog>
  )
}

function usePlanSaving(plan: VideoPlanView | null, onSaved: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: NewVideoPlan) =>
      plan === null
        ? call('/video/plans', { method: 'POST', body })
        : call(`/video/plans/${encodeURIComponent(plan.id)}`, { method: 'PUT', body }),
    onSuccess: onSaved,
    onSettled: () =>
      Promise.all(
        ['video-plans', 'video-rounds', 'video-coverage'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  })
}

function NameFields() {
  const town = useTown()
  const { t } = town.words
  const own = town.places.filter(({ code }) => isInScopeOf(town, code))
  return (
    <>
      <Form.Item
        name="name"
        label={t('plan.name')}
        extra={t('plan.nameHelp')}
        rules={[{ required: true, whitespace: true, message: t('plan.nameMissing') }]}
      >
        <Input maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item
        name="scope"
        label={t('plan.scope')}
        extra={t('plan.scopeHelp')}
        rules={[{ required: true, message: t('plan.scopeMissing') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={own.map(({ code }) => ({ value: code, label: town.place(code) }))}
        />
      </Form.Item>
    </>
  )
}

function CameraFields() {
  const { t } = useTown().words
  const scope = Form.useWatch<PlanFields['scope']>('scope')
  return (
    <Form.Item
      name="cameras"
      label={t('plan.cameras')}
      rules={[
        { type: 'array', min: 1, message: t('plan.camerasMissing') },
        { type: 'array', max: mostCameras, message: t('plan.camerasMost') },
      ]}
    >
      <CamerasField scope={scope} />
    </Form.Item>
  )
}

function ChecklistField() {
  const { t } = useTown().words
  const check = (_rule: unknown, typed: string) =>
    isGoodChecklist(typed) ? Promise.resolve() : Promise.reject(new Error(t('plan.checklistLong')))
  return (
    <Form.Item
      name="checklist"
      label={t('plan.checklist')}
      extra={t('plan.checklistHelp')}
      rules={[{ validator: check }]}
    >
      <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} />
    </Form.Item>
  )
}

function TimeFields() {
  const { t } = useTown().words
  const check = (_rule: unknown, typed: string[]) =>
    startsOf(typed) !== null
      ? Promise.resolve()
      : Promise.reject(new Error(t('plan.startsMissing')))
  return (
    <>
      <div className="plan-pair">
        <Form.Item
          name="starts"
          label={t('plan.starts')}
          extra={t('plan.startsHelp')}
          rules={[{ validator: check }]}
        >
          <Select
            mode="tags"
            tokenSeparators={[' ', ',', '，', '、']}
            options={halfHours.map((time) => ({ value: time, label: time }))}
          />
        </Form.Item>
        <Form.Item
          name="windowMin"
          label={t('plan.window')}
          rules={[
            { required: true, type: 'integer', min: 5, max: 720, message: t('plan.windowWrong') },
          ]}
        >
          <InputNumber step={15} precision={0} suffix={t('plan.windowUnit')} />
        </Form.Item>
      </div>
      <Form.Item
        name="weekdays"
        label={t('plan.weekdays')}
        rules={[{ type: 'array', min: 1, message: t('plan.weekdaysMissing') }]}
      >
        <Checkbox.Group
          options={([1, 2, 3, 4, 5, 6, 7] as const).map((value) => ({
            value,
            label: t(`plan.day.${value}`),
          }))}
        />
      </Form.Item>
      <div className="plan-switch">
        <Form.Item name="enabled" valuePropName="checked" noStyle>
          <Switch aria-label={t('plan.isEnabled')} />
        </Form.Item>
        <span>{t('plan.isEnabled')}</span>
      </div>
    </>
  )
}
