import { farWords } from '../parts/far-words.ts'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { distanceM } from '../place/walk.ts'
import { usePhone } from '../use-phone.ts'
import { useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

/** 核查: cases that wait for somebody to look at the place. */
export function Tasks({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state } = usePhone()
  const open = state.tasks.filter(({ doneAt }) => doneAt === null)
  return (
    <Page title={t('tasks.title')} onBack={ways.back}>
      {open.length === 0 && (
        <>
          <h2 className="ask">{t('tasks.none')}</h2>
          <p className="second">{t('tasks.noneText')}</p>
        </>
      )}
      <ul className="rows">
        {open.map((task) => (
          <li key={task.id}>
            <button
              type="button"
              className="row"
              onClick={() => ways.go({ name: 'task', id: task.id })}
            >
              <span className="row-text">
                <b>{task.title}</b>
                <span className="second">
                  {task.number}
                  {state.fix && ` · ${farWords(t, distanceM(state.fix, task))}`}
                </span>
              </span>
              <Icon name="next" />
            </button>
          </li>
        ))}
      </ul>
    </Page>
  )
}
