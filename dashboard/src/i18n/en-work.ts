import type { zhWork } from './zh-work.ts'

/** The words of one's own tasks, the duty roster, the work calendar and notices in English. */
export const enWork: Record<keyof typeof zhWork, string> = {
  'nav.tasks': 'My tasks',
  'nav.duty': 'Duty',
  'nav.notices': 'Notices',
  'tasks.title': 'My tasks',
  'tasks.count': '{n} open',
  'tasks.late': '{n} overdue',
  'tasks.none': 'Nothing to do now.',
  'tasks.noneNext': 'Cases sent to you, your team or your unit appear here by themselves.',
  'tasks.open': 'Open the case',
  'tasks.waits': 'Somebody else takes the next step.',
  'tasks.whatWasDone': 'What you found and what was done',
  'tasks.send': 'Send',
  'tasks.by': '{name}: {text}',
}
