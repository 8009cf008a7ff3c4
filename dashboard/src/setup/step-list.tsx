import { useWords } from '../i18n/language.ts'
import { Icon } from '../parts/icon.tsx'

type Step = 'code' | 'administrator' | 'town'

/** Where one is in the wizard, and what is still to come. */
export function StepList({ steps, now }: { steps: readonly Step[]; now: Step }) {
  const { t } = useWords()
  const at = steps.indexOf(now)
  return (
    <ol className="setup-steps" aria-label={t('setup.steps')}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={index < at ? 'is-done' : index === at ? 'is-now' : ''}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className="setup-number">
            {index < at ? <Icon name="check" size={14} /> : index + 1}
          </span>
          {t(`setup.step.${step}`)}
        </li>
      ))}
    </ol>
  )
}
