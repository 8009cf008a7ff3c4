import { useRef, useState } from 'react'
import { isInstalled, isWeChat } from '../parts/browser.ts'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import type { CheckInOutcome, Scanned } from '../phone.ts'
import type { CameraFailure } from '../scan/camera.ts'
import { isPaymentCode } from '../scan/other-codes.ts'
import { hasTagReader } from '../scan/tag-reader.ts'
import { useScanner } from '../scan/use-scanner.ts'
import { buzz } from '../sound/celebrate.ts'
import { usePhone } from '../use-phone.ts'
import { type Key, useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

/** Camera and tag on one page; whoever can neither checks in by hand. */
export function Scan({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { acts } = usePhone()
  const [attempt, setAttempt] = useState(0)
  const [wrong, setWrong] = useState<Key | null>(null)
  const isBusy = useRef(false)

  async function scanned(what: Scanned): Promise<void> {
    if (isBusy.current) return
    isBusy.current = true
    try {
      const outcome = await acts.checkIn(what)
      if (outcome.kind === 'done') return ways.home()
      setWrong(wrongKey(outcome.kind, what))
      buzz()
    } finally {
      isBusy.current = false
    }
  }

  const { video, phase, setTorch } = useScanner(attempt, scanned)
  const failure = phase === 'starting' || phase === 'looking' ? null : phase
  return (
    <Page
      title={t('scan.title')}
      onBack={ways.back}
      acts={
        <div className="pair">
          {setTorch && <Torch setTorch={setTorch} />}
          {failure && failure !== 'insecure' && (
            <Button onClick={() => setAttempt(attempt + 1)}>{t('app.again')}</Button>
          )}
          <Button
            icon="hand"
            look={failure ? 'primary' : 'plain'}
            onClick={() => ways.go({ name: 'hand' })}
          >
            {t('scan.byHand')}
          </Button>
        </div>
      }
    >
      <div className={failure ? 'viewer viewer-off' : 'viewer'}>
        <video ref={video} muted playsInline aria-label={t('scan.picture')} hidden={!!failure} />
        {failure ? <Failure failure={failure} /> : <span className="viewer-frame" />}
        {phase === 'starting' && <p className="viewer-wait">{t('scan.starting')}</p>}
      </div>
      <div className="scan-said" role="status">
        {wrong ? (
          <>
            <p className="scan-wrong">{t(wrong)}</p>
            <p className="second">{t('scan.notOursHow')}</p>
          </>
        ) : (
          <>
            {!failure && <p>{t('scan.look')}</p>}
            {hasTagReader() && <p>{t('scan.nfc')}</p>}
          </>
        )}
      </div>
    </Page>
  )
}

function wrongKey(kind: Exclude<CheckInOutcome['kind'], 'done'>, what: Scanned): Key {
  switch (kind) {
    case 'notOurs':
      return what.kind === 'text' && isPaymentCode(what.text) ? 'scan.payment' : 'scan.notOurs'
    case 'unknownPoint':
    case 'diskFull':
      return `scan.${kind}`
    case 'nobody':
    case 'failed':
      return 'scan.failed'
  }
}

function howKey(failure: CameraFailure): Key {
  if (isWeChat()) return 'scan.weChatHow'
  return failure === 'refused' && isInstalled() ? 'scan.refusedHowApp' : `scan.${failure}How`
}

function Failure({ failure }: { failure: CameraFailure }) {
  const { t } = useWords()
  return (
    <div role="alert">
      <h2>{t(`scan.${failure}`)}</h2>
      <p>{t(howKey(failure))}</p>
    </div>
  )
}

function Torch({ setTorch }: { setTorch: (isOn: boolean) => Promise<void> }) {
  const { t } = useWords()
  const [isOn, setOn] = useState(false)
  const turn = () => {
    setOn(!isOn)
    setTorch(!isOn).catch(() => setOn(isOn))
  }
  return (
    <Button icon="torch" look={isOn ? 'chosen' : 'plain'} pressed={isOn} onClick={turn}>
      {t(isOn ? 'scan.torchOff' : 'scan.torchOn')}
    </Button>
  )
}
