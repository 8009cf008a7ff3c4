import { useMutation } from '@tanstack/react-query'
import { Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { QuarantineView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { jsonProblem, prettyPayload } from './payload.ts'
import { replayFailure } from './quarantine-card.tsx'

/** The message as text to be mended; what was sent stays in the quarantine as it was. */
export function RepairDialog({ one, onClose }: { one: QuarantineView; onClose: () => void }) {
  const { t } = useTown().words
  const [text, setText] = useState(() => prettyPayload(one.payload))
  const problem = jsonProblem(text)
  const replay = useMutation({
    mutationFn: () =>
      call(`/quarantine/${one.id}/replay`, { method: 'POST', body: { payload: text } }),
    onSuccess: onClose,
  })
  return (
    <Modal
      open
      width={640}
      title={t('quarantine.repair')}
      okText={t('quarantine.repairOk')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ disabled: problem !== null }}
      confirmLoading={replay.isPending}
      onOk={() => replay.mutate()}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">
        {term(t, 'reason', one.reason)} · {one.detail}
      </p>
      <Input.TextArea
        className="mono"
        autoFocus
        value={text}
        autoSize={{ minRows: 8, maxRows: 18 }}
        aria-label={t('quarantine.payload')}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="repair-note" role="status">
        {problem === null
          ? t('quarantine.isJson')
          : problem === ''
            ? t('quarantine.notJson')
            : t('quarantine.notJsonLine', { n: problem })}
      </p>
      {replay.isError && (
        <p className="said" role="alert">
          {replayFailure(replay.error, t)}
        </p>
      )}
    </Modal>
  )
}
