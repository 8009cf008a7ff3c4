import { Button, Checkbox } from 'antd'
import type { PointView } from '../api/types.ts'
import { isInScopeOf, type TownView, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { keepsScreens, plansPatrols } from './patrol-roles.ts'
import { codePath, hasUid } from './point-entry.ts'

interface PointRowProps {
  point: PointView
  isPicked: boolean
  onPick: (is: boolean) => void
  /** Shown on the map. */
  isChosen: boolean
  onChoose: () => void
  onOpen: (dialog: 'point' | 'tag' | 'screen') => void
  onRemove: () => void
}

interface ScreenDoorProps {
  point: PointView
  onOpen: () => void
}

export function PointRow(props: PointRowProps) {
  const { point, isPicked, onPick, isChosen, onChoose, onOpen, onRemove } = props
  const town = useTown()
  const { t } = town.words
  const { id, name, tag } = point
  const mayPlan = plansPatrols(town.session.person.role) && isInScopeOf(town, point.village)
  const hasScreen = tag === 'qrRotating'
  return (
    <li className={isChosen ? 'point-row is-chosen' : 'point-row'} data-point={id}>
      <Checkbox
        aria-label={t('points.select', { name })}
        checked={isPicked}
        onChange={(event) => onPick(event.target.checked)}
      />
      <div className="point-words">
        <p>
          <button type="button" aria-pressed={isChosen} onClick={onChoose}>
            {name}
          </button>{' '}
          <span className="mark-chip">{t(`tag.${tag}`)}</span>
        </p>
        <p className="second">{factsOf(point, town).join(' · ')}</p>
      </div>
      <div className="point-acts">
        {hasScreen && <ScreenDoor point={point} onOpen={() => onOpen('screen')} />}
        {!hasScreen && town.session.person.role === 'townAdmin' && (
          <Button aria-label={t('points.tagOf', { name })} onClick={() => onOpen('tag')}>
            {t('points.tagOpen')}
          </Button>
        )}
        {mayPlan && (
          <>
            <Button aria-label={t('points.changeFor', { name })} onClick={() => onOpen('point')}>
              {t('points.change')}
            </Button>
            <Button
              type="text"
              aria-label={t('points.removeFor', { name })}
              icon={<Icon name="close" size={16} />}
              onClick={onRemove}
            />
          </>
        )}
      </div>
    </li>
  )
}

/** Who may make a link for it gets to that; to the others it is a page to look at. */
function ScreenDoor({ point: { id, name, village }, onOpen }: ScreenDoorProps) {
  const town = useTown()
  const { t } = town.words
  const label = t('points.screenOf', { name })
  if (keepsScreens(town.session.person.role) && isInScopeOf(town, village))
    return (
      <Button aria-label={label} onClick={onOpen}>
        {t('points.screen')}
      </Button>
    )
  return (
    <a className="walk-go" href={codePath(id)} target="_blank" rel="noreferrer" aria-label={label}>
      {t('points.screen')}
    </a>
  )
}

/** What is missing on it is said too: a tag without its number cannot be told from another. */
function factsOf(point: PointView, town: TownView): string[] {
  const { t } = town.words
  const { id, grid, village, radiusM, hint, tag, tagUid, reader } = point
  const facts = [
    id,
    town.place(grid).replace(town.place(village), ''),
    t('points.radius', { n: Math.round(radiusM) }),
  ]
  if (hasUid(tag))
    facts.push(tagUid === null ? t('points.noUid') : t('points.uid', { uid: tagUid }))
  if (tag === 'reader')
    facts.push(reader === null ? t('points.noReader') : t('points.readerIs', { name: reader }))
  if (hint !== null) facts.push(hint)
  return facts.filter((fact) => fact !== '')
}
