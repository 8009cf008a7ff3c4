import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import { tokensQuery } from '../api/trust-queries.ts'
import type { TokenView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { SheetSkeleton } from '../parts/sheet.tsx'
import { type MadeToken, TokenDialog } from './token-dialog.tsx'
import { TokenTable } from './token-table.tsx'

export function TokenTab() {
  const { t } = useTown().words
  const query = useQuery(tokensQuery)
  const [isAdding, setAdding] = useState(false)
  const [made, setMade] = useState<MadeToken | null>(null)
  const [revoking, setRevoking] = useState<TokenView | null>(null)
  return (
    <>
      <div className="people-head">
        <span className="second">{t('token.what')}</span>
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('token.add')}
        </Button>
      </div>
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <SheetSkeleton rows={3} />}
      {query.data?.length === 0 && (
        <div className="panel empty">
          <strong>{t('token.none')}</strong>
          <span>{t('token.noneNext')}</span>
        </div>
      )}
      {query.data && query.data.length > 0 && (
        <TokenTable tokens={query.data} onRevoke={setRevoking} />
      )}
      {isAdding && (
        <TokenDialog
          onClose={() => setAdding(false)}
          onMade={(next) => {
            setAdding(false)
            setMade(next)
          }}
        />
      )}
      {made && <SecretDialog made={made} onClose={() => setMade(null)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}

function SecretDialog({ made, onClose }: { made: MadeToken; onClose: () => void }) {
  const { t } = useTown().words
  return (
    <Modal
      open
      title={t('token.made')}
      okText={t('dialog.close')}
      cancelButtonProps={{ style: { display: 'none' } }}
      maskClosable={false}
      onOk={onClose}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <div className="handover">
        <p>{t('token.madeOnce')}</p>
        <Input.TextArea
          className="mono"
          readOnly
          autoSize
          value={made.secret}
          aria-label={t('token.secret')}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={made.secret} label={t('token.copy')} />
        <pre className="mono second" lang="en">
          Authorization: Bearer …
        </pre>
      </div>
    </Modal>
  )
}

function RevokeDialog({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => call(`/tokens/${encodeURIComponent(token.id)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['tokens'] })
      onClose()
    },
  })
  return (
    <Modal
      open
      title={t('token.revoke')}
      okText={t('token.revoke')}
      cancelText={t('dialog.cancel')}
      confirmLoading={revoke.isPending}
      onOk={() => revoke.mutate()}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p>{t('token.revokeAsk', { name: token.name })}</p>
      {revoke.isError && (
        <p className="said" role="alert">
          {failureWords(revoke.error, t)}
        </p>
      )}
    </Modal>
  )
}
