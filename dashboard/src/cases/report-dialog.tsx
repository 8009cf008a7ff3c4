import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Form, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import type { LonLat } from '../../../gateway/domain/place.ts'
import type { Severity } from '../../../gateway/domain/severity.ts'
import { alikeQuery, sendReport } from '../api/case-queries.ts'
import type { CaseDetail, NewReport } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { severitiesFromHigh } from '../console/queue-order.ts'
import { Badge } from '../parts/badge.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { pastedPictures, usePictures } from '../parts/use-pictures.ts'
import { distanceWords } from './distance.ts'
import { gridNamed, isReportable, placeAt } from './report-place.ts'
import { PlaceField } from './report-place-field.tsx'
import { PicturesField } from './step-choices.tsx'
import './report.css'

interface Told {
  hazard?: string
  text?: string
  severity: Severity
  source: 'resident' | 'desk'
  point?: LonLat
}

export function reportOf(told: Told, pictures: string[]): NewReport | null {
  const { hazard, text, point, severity, source } = told
  if (hazard === undefined || !text?.trim() || point === undefined) return null
  const [lon, lat] = point
  const report: NewReport = { hazard, text: text.trim(), lon, lat, severity, source }
  return pictures.length > 0 ? { ...report, pictures } : report
}

/** Typed in by the desk for whoever called or came by; what is like it is shown before it is sent. */
export function ReportDialog({ onClose }: { onClose: () => void }) {
  const { words, places, session } = useTown()
  const { t } = words
  const client = useQueryClient()
  const navigate = useNavigate()
  const [form] = Form.useForm<Told>()
  const pictures = usePictures()
  const [isWaiting, setWaiting] = useState(false)
  const send = useMutation({
    mutationFn: sendReport,
    onSuccess: (made: CaseDetail) => {
      client.setQueryData(['case', made.id], made)
      for (const key of ['cases', 'queue', 'load', 'board'])
        void client.invalidateQueries({ queryKey: [key] })
      onClose()
      void navigate({ to: '/cases/$id', params: { id: made.id } })
    },
  })

  /** A report for another village would come to nobody here. */
  function checkPlace(point: LonLat | undefined): Promise<void> {
    const isOk = !point || isReportable(placeAt(places, point), session.person.scope)
    return isOk ? Promise.resolve() : Promise.reject(new Error(t('report.outside')))
  }

  function finish(): void {
    setWaiting(true)
    if (pictures.isSending) return
    const report = reportOf(form.getFieldsValue(true) as Told, pictures.ids)
    if (report) send.mutate(report)
  }

  return (
    <Modal
      open
      width={880}
      title={t('report.open')}
      okText={t('report.send')}
      cancelText={t('dialog.cancel')}
      confirmLoading={send.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <Form<Told>
        form={form}
        className="report"
        layout="vertical"
        requiredMark={false}
        initialValues={{ severity: 'blue', source: 'resident' }}
        onFinish={finish}
        onPaste={(event) => {
          const pasted = pastedPictures(event.clipboardData)
          if (pasted.length > 0) pictures.add(pasted)
        }}
      >
        <div className="report-words">
          <ReportWords />
          <PicturesField pictures={pictures} />
        </div>
        <div className="report-where">
          <Form.Item
            name="point"
            label={t('report.place')}
            rules={[
              { required: true, message: t('report.placeMissing') },
              { validator: (_rule, point?: LonLat) => checkPlace(point) },
            ]}
          >
            <PlaceField />
          </Form.Item>
        </div>
      </Form>
      <AlikeCases form={form} onClose={onClose} />
      {isWaiting && pictures.isSending && (
        <p className="said" role="alert">
          {t('pictures.waiting')}
        </p>
      )}
      {send.error !== null && (
        <p className="said" role="alert">
          {failureWords(send.error, t)}
        </p>
      )}
    </Modal>
  )
}

function ReportWords() {
  const town = useTown()
  const { t } = town.words
  return (
    <>
      <Form.Item
        name="hazard"
        label={t('report.hazard')}
        rules={[{ required: true, message: t('report.hazardMissing') }]}
      >
        <Select
          autoFocus
          showSearch={{ optionFilterProp: 'label' }}
          options={town.hazards.map((one) => ({ value: one.id, label: town.hazard(one.id) }))}
        />
      </Form.Item>
      <Form.Item
        name="text"
        label={t('report.text')}
        extra={t('report.textHelp')}
        rules={[{ required: true, whitespace: true, message: t('report.textMissing') }]}
      >
        <Input.TextArea rows={4} maxLength={2000} />
      </Form.Item>
      <Form.Item name="severity" label={t('report.severity')}>
        <Radio.Group className="report-severity">
          {severitiesFromHigh.map((severity) => (
            <Radio key={severity} value={severity}>
              <Badge severity={severity} size={18} decorative />
              <span className="sr-only">{t(`severity.${severity}.long`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item name="source" label={t('report.source')}>
        <Radio.Group
          options={(['resident', 'desk'] as const).map((value) => ({
            value,
            label: t(`source.${value}`),
          }))}
        />
      </Form.Item>
    </>
  )
}

const mostAlike = 3

interface AlikeProps {
  form: ReturnType<typeof Form.useForm<Told>>[0]
  onClose: () => void
}

function AlikeCases({ form, onClose }: AlikeProps) {
  const town = useTown()
  const { t } = town.words
  const hazard = Form.useWatch('hazard', form)
  const point = Form.useWatch('point', form)
  const seen = hazard && point ? { hazard, point, grid: gridNamed(town.places, point) } : null
  const found = useQuery(alikeQuery(seen)).data?.slice(0, mostAlike) ?? []
  if (found.length === 0) return null
  return (
    <section className="case-notice report-alike" role="status">
      <div>
        <p>
          <strong>{t('report.similar')}</strong>
        </p>
        <ul>
          {found.map(({ case: one, distanceM }) => (
            <li key={one.id}>
              <Badge severity={one.severity} size={18} decorative />
              <Link to="/cases/$id" params={{ id: one.id }} onClick={onClose}>
                {one.number} {town.title(one)}
              </Link>
              <span className="second">
                {distanceWords(t, distanceM)} · {t(`state.${one.state}`)}
              </span>
            </li>
          ))}
        </ul>
        <p className="second">{t('report.similarNext')}</p>
      </div>
    </section>
  )
}
