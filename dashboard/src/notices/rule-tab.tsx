import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { NoticeRuleView } from '../api/types.ts'
import { channelsQuery, noticeRulesQuery } from '../api/work-queries.ts'
import { serverNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { SheetSkeleton } from '../parts/sheet.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { type RuleEntry, ruleOf, withRule } from './rule-entry.ts'
import { RuleList } from './rule-list.tsx'

function useRules() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (items: readonly NoticeRuleView[]) =>
      (await call<{ items: NoticeRuleView[] }>('/notice-rules', { method: 'PUT', body: { items } }))
        .items,
    onSuccess: (items) => client.setQueryData(['notice-rules'], items),
    onError: () => client.invalidateQueries({ queryKey: ['notice-rules'] }),
  })
}

export function RuleTab() {
  const { t } = useTown().words
  const { modal } = App.useApp()
  const rules = useQuery(noticeRulesQuery)
  const known = useQuery(channelsQuery)
  const channels = known.data ?? []
  const save = useRules()
  const [open, setOpen] = useState<NoticeRuleView | 'new' | null>(null)
  // Without the names of the channels a rule cannot be said; a failure of theirs shows their ids.
  const isPending = rules.isPending || known.isPending
  const shown = isPending ? [] : (rules.data ?? [])

  function finish(entry: RuleEntry): void {
    const id = `rule-${serverNow().toString(36)}`
    const rule = ruleOf(entry, open === null || open === 'new' ? { id, enabled: true } : open)
    save.mutate(withRule(shown, rule), { onSuccess: () => setOpen(null) })
  }

  async function remove(rule: NoticeRuleView): Promise<void> {
    const isSure = await modal.confirm({
      title: t('rule.remove'),
      content: t('rule.removeAsk', { name: rule.name }),
      okText: t('rule.remove'),
      cancelText: t('dialog.cancel'),
      icon: null,
      transitionName: '',
      maskTransitionName: '',
    })
    if (isSure) save.mutate(shown.filter(({ id }) => id !== rule.id))
  }

  const failure = save.isError ? failureWords(save.error, t) : null
  return (
    <>
      <div className="notices-head">
        <span className="second">{t('rule.what')}</span>
        <Button
          type="primary"
          disabled={channels.length === 0 || isPending}
          onClick={() => setOpen('new')}
        >
          {t('rule.add')}
        </Button>
      </div>
      {failure !== null && open === null && (
        <p className="said" role="alert">
          {failure}
        </p>
      )}
      {rules.isError && !rules.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {isPending && <SheetSkeleton rows={4} />}
      {rules.data?.length === 0 && (
        <div className="panel empty">
          <strong>{t('rule.none')}</strong>
          <span>{t(channels.length === 0 ? 'rule.noneChannel' : 'rule.noneNext')}</span>
        </div>
      )}
      {shown.length > 0 && (
        <RuleList
          rules={shown}
          channels={channels}
          isBusy={save.isPending}
          onEnable={(rule, enabled) => save.mutate(withRule(shown, { ...rule, enabled }))}
          onEdit={setOpen}
          onRemove={(rule) => void remove(rule)}
        />
      )}
      {open !== null && (
        <RuleDialog
          rule={open === 'new' ? null : open}
          channels={channels}
          isBusy={save.isPending}
          failure={failure}
          onDone={finish}
          onClose={() => {
            save.reset()
            setOpen(null)
          }}
        />
      )}
    </>
  )
}
