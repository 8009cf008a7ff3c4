import { useState } from 'react'
import { stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import '../cases/evidence.css'
import type { CaseStill } from './case-still.ts'

/** What a camera took when the alarm came, in the frame of pictures. */
export function StillPicture({ still: { camera, sha256, at } }: { still: CaseStill }) {
  const { words, zone } = useTown()
  const [isBroken, setBroken] = useState(false)
  const time = stamp(at, zone)
  return (
    <figure className="picture" tabIndex={0}>
      {isBroken ? (
        <div className="picture-none">{words.t('picture.gone')}</div>
      ) : (
        <img
          src={`/api/v1/pictures/${sha256}`}
          alt={`${camera} ${time}`}
          onError={() => setBroken(true)}
        />
      )}
      <figcaption>
        <span className="one-line" title={camera}>
          {camera}
        </span>
        <time>{time}</time>
      </figcaption>
    </figure>
  )
}
