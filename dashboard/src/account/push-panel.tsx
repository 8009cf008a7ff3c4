import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTown } from '../app/town.ts'
import { allowPush, pushStanding, stopPush } from './push-subscription.ts'

export function PushPanel() {
  const { t } = useTown().words
  const query = useQuery({ queryKey: ['push'], queryFn: pushStanding, retry: false })
  const change = useMutation({
    mutationFn: (wanted: boolean) => (wanted ? allowPush() : stopPush()),
    onSettled: () => query.refetch(),
  })
  const standing = query.data
  if (standing === undefined) return null
  return (
    <section className="panel account-panel" data-part="push">
      <h2 className="panel-title">{t('push.title')}</h2>
      <p className="second">{t(standing === 'off' ? 'push.what' : `push.${standing}`)}</p>
      <div className="push-acts">
        {(standing === 'off' || standing === 'on') && (
          <Button loading={change.isPending} onClick={() => change.mutate(standing === 'off')}>
            {t(standing === 'off' ? 'push.allow' : 'push.stop')}
          </Button>
        )}
        <Link to="/notices" search={{ tab: 'deliveries' }}>
          {t('push.log')}
        </Link>
      </div>
      {change.isError && (
        <p className="said" role="alert">
          {t('push.failed')}
        </p>
      )}
    </section>
  )
}
