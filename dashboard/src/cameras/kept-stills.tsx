import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { stillsQuery } from '../api/camera-queries.ts'
import type { CameraStill, CameraView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'

/** Pictures that became evidence, the newest first; each leads to its case. */
export function KeptStills({ camera }: { camera: CameraView }) {
  const { t } = useTown().words
  const query = useQuery(stillsQuery(camera.id))
  const stills = query.data
  return (
    <section className="panel camera-kept">
      <h2 className="panel-title">
        {t('camera.kept')}
        {stills && stills.length > 0 && (
          <small>{t('camera.keptCount', { n: stills.length })}</small>
        )}
      </h2>
      {query.isPending && <div className="skeleton camera-kept-waiting" aria-busy="true" />}
      {query.isError && !stills && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {stills?.length === 0 && <p className="second camera-kept-none">{t('camera.keptNone')}</p>}
      {stills && stills.length > 0 && (
        <ul className="camera-kept-list">
          {stills.map((still) => (
            <KeptStill key={`${still.sha256}-${still.at}`} still={still} name={camera.name} />
          ))}
        </ul>
      )}
    </section>
  )
}

function KeptStill({ still, name }: { still: CameraStill; name: string }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const [isBroken, setBroken] = useState(false)
  const address = `/api/v1/pictures/${still.sha256}`
  const said = `${name} ${stamp(still.at, zone)}`
  return (
    <li>
      {isBroken ? (
        <span className="camera-kept-gone second">{t('pictures.gone')}</span>
      ) : (
        <a href={address} target="_blank" rel="noreferrer" aria-label={said}>
          <img
            src={`${address}?size=small`}
            alt={said}
            loading="lazy"
            onError={() => setBroken(true)}
          />
        </a>
      )}
      <p>
        <time title={stamp(still.at, zone)}>{shortTime(still.at, now, zone)}</time>{' '}
        <span className="second">{t(`camera.cause.${still.cause}`)}</span>
        {still.case !== null && (
          <>
            {' '}
            <Link to="/cases/$id" params={{ id: still.case }}>
              {t('camera.case')}
            </Link>
          </>
        )}
      </p>
    </li>
  )
}
