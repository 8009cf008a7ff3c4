import { lazy, Suspense } from 'react'
import { useWords } from '../i18n/language.ts'
import type { Translate } from '../i18n/translate.ts'
import type { PlaceProblem, ReadPlaces } from './read-places.ts'

const TownMap = lazy(async () => ({ default: (await import('../map/town-map.tsx')).TownMap }))

const shownProblems = 8
const nothing: never[] = []

export function placeProblem({ feature, name, key, values }: PlaceProblem, t: Translate): string {
  const what = t(key, values)
  if (feature === null) return what
  const where =
    name === null
      ? t('places.feature', { n: feature })
      : t('places.featureNamed', { n: feature, name })
  return t('places.at', { where, what })
}

/** The boundaries on the map, or what is wrong with them, feature by feature. */
export function PlacesPreview({ read }: { read: ReadPlaces }) {
  const { t } = useWords()
  const { places, problems } = read
  if (problems.length > 0) {
    return (
      <div className="setup-problems" role="alert">
        <strong>{t('setup.wrongFile')}</strong>
        <ul>
          {problems.slice(0, shownProblems).map((problem) => (
            <li key={`${problem.feature} ${problem.key}`}>{placeProblem(problem, t)}</li>
          ))}
        </ul>
        {problems.length > shownProblems && (
          <span className="second">
            {t('setup.moreWrong', { n: problems.length - shownProblems })}
          </span>
        )}
      </div>
    )
  }
  const count = (level: string) => places.filter((place) => place.level === level).length
  return (
    <figure className="setup-preview">
      <Suspense fallback={<div className="skeleton" />}>
        <TownMap places={places} devices={nothing} marks={nothing} label={t('setup.preview')} />
      </Suspense>
      <figcaption>
        {t('setup.found', {
          town: places.find((place) => place.level === 'town')?.name ?? '',
          villages: count('village'),
          grids: count('grid'),
        })}
      </figcaption>
    </figure>
  )
}
