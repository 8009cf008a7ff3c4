import { isWeChat } from '../parts/browser.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { usePhone } from '../use-phone.ts'
import { useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

const entries: { name: 'rounds' | 'tasks' | 'reports' | 'settings'; icon: IconName }[] = [
  { name: 'rounds', icon: 'place' },
  { name: 'tasks', icon: 'tasks' },
  { name: 'reports', icon: 'reports' },
  { name: 'settings', icon: 'settings' },
]

export function More({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state, acts } = usePhone()
  const { person, sync } = state
  return (
    <Page title={t('more.title')} onBack={ways.back}>
      {person && (
        <p className="who">
          <b>{person.name}</b> <span className="second">{person.team}</span>
        </p>
      )}
      <ul className="rows">
        {entries.map(({ name, icon }) => (
          <Entry key={name} icon={icon} text={t(`more.${name}`)} onOpen={() => ways.go({ name })} />
        ))}
        <li>
          <a className="row" href="/tasks">
            <Icon name="check" />
            <b>{t('more.cases')}</b>
            <Icon name="next" />
          </a>
        </li>
        <Entry
          icon="person"
          text={t(sync === 'signedOut' ? 'more.signIn' : 'more.people')}
          onOpen={() => {
            ways.home()
            void (sync === 'signedOut' ? acts.signInAgain() : acts.handOver())
          }}
        />
      </ul>
      {isWeChat() && <p className="strip">{t('signIn.weChat')}</p>}
    </Page>
  )
}

function Entry({ icon, text, onOpen }: { icon: IconName; text: string; onOpen: () => void }) {
  return (
    <li>
      <button type="button" className="row" onClick={onOpen}>
        <Icon name={icon} />
        <b>{text}</b>
        <Icon name="next" />
      </button>
    </li>
  )
}
