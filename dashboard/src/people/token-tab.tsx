import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import { tokensQuery } from '../api/trust-queries.ts'
import type { TokenView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { SecretDialog } from '../parts/secret-dialog.tsx'
import { SheetList } from '../parts/sheet-list.tsx'
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
      <SheetList
        query={query}
        rows={query.data}
        usual={3}
        empty={
          <>
            <strong>{t('token.none')}</strong>
            <span>{t('token.noneNext')}</span>
          </>
        }
      >
        {(tokens) => <TokenTable tokens={tokens} onRevoke={setRevoking} />}
      </SheetList>
      {isAdding && (
        <TokenDialog
          onClose={() => setAdding(false)}
          onMade={(next) => {
            setAdding(false)
            setMade(next)
          }}
        />
      )}
      {made && <MadeDialog made={made} onClose={() => setMade(null)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}

function MadeDialog({ made, onClose }: { made: MadeToken; onClose: () => void }) {
  const { t } = useTown().words
  return (
    <SecretDialog
      title={t('token.made')}
      intro={<p>{t('token.madeOnce')}</p>}
      secret={made.secret}
      label={t('token.secret')}
      copyLabel={t('token.copy')}
      onClose={onClose}
    >
      <pre className="mono second" lang="en">
        Authorization: Bearer …
      </pre>
    </SecretDialog>
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
