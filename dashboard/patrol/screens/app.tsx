import { Failsafe } from '../parts/failsafe.tsx'
import { usePhone } from '../use-phone.ts'
import { useWords } from '../words/words.ts'
import { ByHand } from './by-hand.tsx'
import { Done } from './done.tsx'
import { Help } from './help.tsx'
import { Home } from './home.tsx'
import { More } from './more.tsx'
import { Queue } from './queue.tsx'
import { Report } from './report.tsx'
import { Reports } from './reports.tsx'
import { Rounds } from './rounds.tsx'
import { Scan } from './scan.tsx'
import { Settings } from './settings.tsx'
import { SignIn } from './sign-in.tsx'
import { Task } from './task.tsx'
import { Tasks } from './tasks.tsx'
import { type Screen, useScreens, type Ways } from './use-screens.ts'

/** `first`: where a test begins. */
export function PatrolApp({ first }: { first?: Screen }) {
  return (
    <Failsafe>
      <Stage first={first} />
    </Failsafe>
  )
}

function Stage({ first }: { first: Screen | undefined }) {
  const { t } = useWords()
  const { state } = usePhone()
  const { screen, ways } = useScreens(first)
  if (state.stage === 'opening') {
    return (
      <main className="opening" aria-busy="true">
        <h1 className="sr-only">{t('app.name')}</h1>
        <p>{t('app.starting')}</p>
      </main>
    )
  }
  if (state.stage === 'signIn') return <SignIn />
  return <Shown screen={screen} ways={ways} />
}

function Shown({ screen, ways }: { screen: Screen; ways: Ways }) {
  const { state } = usePhone()
  switch (screen.name) {
    case 'home':
      return state.done ? (
        <Done key={state.done.id} done={state.done} ways={ways} />
      ) : (
        <Home ways={ways} />
      )
    case 'scan':
      return <Scan ways={ways} />
    case 'hand':
      return <ByHand ways={ways} />
    case 'report':
      return <Report ways={ways} hazard={screen.hazard} text={screen.text} />
    case 'help':
      return <Help ways={ways} />
    case 'queue':
      return <Queue ways={ways} />
    case 'more':
      return <More ways={ways} />
    case 'rounds':
      return <Rounds ways={ways} />
    case 'reports':
      return <Reports ways={ways} />
    case 'tasks':
      return <Tasks ways={ways} />
    case 'task':
      return <Task ways={ways} id={screen.id} />
    case 'settings':
      return <Settings ways={ways} />
  }
}
