import { Form, Input, InputNumber, Radio } from 'antd'
import { tagKinds } from '../../../gateway/domain/patrol.ts'
import type { LonLat } from '../../../gateway/domain/place.ts'
import type { PointView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { isReportable, placeAt } from '../cases/report-place.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { ChecklistField } from './checklist-field.tsx'
import {
  fieldsOfPoint,
  hasUid,
  idPattern,
  newPointFields,
  type PointFields,
  pointOf,
  refusedPointFields,
  uidOf,
} from './point-entry.ts'
import { PointPlaceField } from './point-place-field.tsx'
import { ReaderField } from './reader-field.tsx'
import { usePointSaving } from './use-point-acts.ts'

interface PointDialogProps {
  /** Null: a new one. */
  point: PointView | null
  points: readonly PointView[]
  village: string | null
  onClose: () => void
}

export function PointDialog({ point, points, village, onClose }: PointDialogProps) {
  const { t } = useTown().words
  const [form] = Form.useForm<PointFields>()
  const save = usePointSaving(point === null, onClose)

  function finish(): void {
    const entry = pointOf(form.getFieldsValue(true) as PointFields)
    if (!entry) return
    save.mutate(entry, {
      onError: (error) =>
        form.setFields(
          refusedPointFields(error).map((name) => ({
            name,
            errors: [name === 'id' ? t('point.idTaken') : t(`point.refused.${name}`)],
          })),
        ),
    })
  }

  const wasRefused = save.isError && refusedPointFields(save.error).length > 0
  return (
    <FormDialog<PointFields>
      form={form}
      title={t(point === null ? 'points.add' : 'points.edit')}
      okText={t('point.save')}
      isBusy={save.isPending}
      failure={
        save.isError && !wasRefused
          ? failureWords(save.error, t, { invalid: 'point.refused' })
          : null
      }
      width={960}
      className="patrol-form"
      initialValues={point === null ? newPointFields(points) : fieldsOfPoint(point)}
      onFinish={finish}
      onChange={() => save.isError && save.reset()}
      onClose={onClose}
    >
      <div className="patrol-halves">
        <div>
          <NameFields isNew={point === null} />
          <TagFields point={point} />
          <Form.Item
            name="hint"
            label={t('point.hint')}
            rules={[{ max: 100, message: t('point.refused.hint') }]}
          >
            <Input maxLength={100} placeholder={t('point.hintHelp')} />
          </Form.Item>
          <Form.Item name="checklist" label={t('point.checklist')} extra={t('point.checklistHelp')}>
            <ChecklistField label={t('point.checklist')} />
          </Form.Item>
        </div>
        <PlaceFields village={point?.village ?? village} others={points} own={point} />
      </div>
    </FormDialog>
  )
}

function NameFields({ isNew }: { isNew: boolean }) {
  const { t } = useTown().words
  return (
    <div className="patrol-pair is-name">
      <Form.Item
        name="name"
        label={t('point.name')}
        rules={[{ required: true, whitespace: true, message: t('point.nameMissing') }]}
      >
        <Input maxLength={100} autoFocus placeholder={t('point.nameHelp')} />
      </Form.Item>
      <Form.Item
        name="id"
        label={t('point.id')}
        tooltip={t('point.idHelp')}
        rules={[{ required: true, pattern: idPattern, message: t('point.idWrong') }]}
      >
        <Input maxLength={64} disabled={!isNew} />
      </Form.Item>
    </div>
  )
}

function TagFields({ point }: { point: PointView | null }) {
  const { t } = useTown().words
  const form = Form.useFormInstance<PointFields>()
  const tag = Form.useWatch('tag', form)
  const place = Form.useWatch('place', form)
  return (
    <>
      <Form.Item
        name="tag"
        label={t('point.tag')}
        {...(tag !== undefined && { extra: t(`tag.why.${tag}`) })}
      >
        <Radio.Group
          className="tag-kinds"
          optionType="button"
          options={tagKinds.map((value) => ({ value, label: t(`tag.${value}`) }))}
        />
      </Form.Item>
      {tag !== undefined && hasUid(tag) && (
        <Form.Item
          name="tagUid"
          label={t('point.uid')}
          extra={t('point.uidHelp')}
          rules={[
            {
              validator: (_rule, typed?: string) =>
                uidOf(typed) === null
                  ? Promise.reject(new Error(t('point.uidWrong')))
                  : Promise.resolve(),
            },
          ]}
        >
          <Input maxLength={40} className="mono" placeholder="04A1B2C3D4E5F6" />
        </Form.Item>
      )}
      {tag === 'reader' && <ReaderField point={point} place={place} />}
    </>
  )
}

interface PlaceFieldsProps {
  village: string | null
  others: readonly PointView[]
  own: PointView | null
}

function PlaceFields({ village, others, own }: PlaceFieldsProps) {
  const { words, places, session } = useTown()
  const { t } = words
  const form = Form.useFormInstance<PointFields>()
  const radiusM = Form.useWatch('radiusM', form)
  function check(point: LonLat | undefined): Promise<void> {
    const isOk = !point || isReportable(placeAt(places, point), session.person.scope)
    return isOk ? Promise.resolve() : Promise.reject(new Error(t('point.outside')))
  }
  return (
    <div>
      <Form.Item
        name="place"
        label={t('point.where')}
        rules={[
          { required: true, message: t('point.whereMissing') },
          { validator: (_rule, point?: LonLat) => check(point) },
        ]}
      >
        <PointPlaceField
          radiusM={radiusM ?? 0}
          village={village}
          others={others.filter(({ id }) => id !== own?.id)}
        />
      </Form.Item>
      <Form.Item
        name="radiusM"
        label={t('point.radius')}
        extra={t('point.radiusHelp')}
        rules={[
          { required: true, type: 'number', min: 1, max: 5000, message: t('point.radiusWrong') },
        ]}
      >
        <InputNumber min={1} max={5000} step={10} precision={0} />
      </Form.Item>
    </div>
  )
}
