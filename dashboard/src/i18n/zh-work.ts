/** The words of one's own tasks, the duty roster, the work calendar and notices in Chinese. */
export const zhWork = {
  'nav.tasks': '我的任务',
  'nav.duty': '值班',
  'nav.notices': '通知',
  'tasks.title': '我的任务',
  'tasks.count': '{n} 件',
  'tasks.late': '{n} 件超期',
  'tasks.none': '现在没有要办的事。',
  'tasks.noneNext': '派给您、您的班组或单位的工单会自己出现在这里。',
  'tasks.open': '打开工单',
  'tasks.waits': '等别人办下一步。',
  'tasks.whatWasDone': '现场情况和处置结果',
  'tasks.send': '提交',
  'tasks.by': '{name}：{text}',
} as const
