import type { CaseDetail, CaseView } from '../api/types.ts'
import { useTown } from '../app/town.ts'

export function LocationFacts({ one, detail }: { one: CaseView; detail: CaseDetail | undefined }) {
  const town = useTown()
  const { t } = town.words
  const where = one.grid === null ? town.place(one.village) : town.place(one.grid)
  const assist =
    detail && detail.assist.length > 0 ? detail.assist.join(t('list.comma')) : t('where.none')
  return (
    <div className="location-facts">
      <section>
        <h2 className="panel-title">{t('where.title')}</h2>
        <dl className="pairs">
          <dt>{t('where.position')}</dt>
          <dd>
            {one.lon.toFixed(5)}, {one.lat.toFixed(5)}
          </dd>
          <dt>{t('where.place')}</dt>
          <dd>{where}</dd>
          <dt>{t('where.device')}</dt>
          <dd>{one.lastAlarm?.deviceName ?? t('where.none')}</dd>
        </dl>
      </section>
      <section>
        <h2 className="panel-title">{t('who.title')}</h2>
        <dl className="pairs">
          <dt>{t('who.unit')}</dt>
          <dd>{detail?.unit ?? '…'}</dd>
          <dt>{t('who.assist')}</dt>
          <dd>{assist}</dd>
          <dt>{t('who.tier')}</dt>
          <dd>{t(`tier.${one.tier}`)}</dd>
        </dl>
      </section>
    </div>
  )
}
