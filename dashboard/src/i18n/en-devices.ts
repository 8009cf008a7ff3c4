import type { zhDevices } from './zh-devices.ts'

export const enDevices: Record<keyof typeof zhDevices, string> = {
  'devices.access': 'Access',
  'devices.blocked': 'Blocked',
  'devices.throttled': 'Throttled',
  'devices.blockedSince': 'Blocked since {time}: {reason}',
  'devices.throttledSince':
    'It sends too fast since {time} and is read slowly; {count} messages came late, none is lost.',
  'devices.oldSecretUntil':
    'The old secret opens until {time}; the first use of the new one ends it.',
  'devices.rotate': 'New secret',
  'devices.rotateAsk': 'Make a new secret for {device}. What about the old one?',
  'devices.rotateGently':
    'It opens for seven more days or until the new one is used; the device stays connected',
  'devices.rotateNow': 'It ends at once; whoever is connected with it is cut off',
  'devices.rotated': 'New secret of {device}',
  'devices.rotatedOnce': 'It is shown this once only: write it into the device now.',
  'devices.copySecret': 'Copy the secret',
  'devices.tryLine': 'Or try it from a computer (the old secret ends with that):',
  'devices.copyLine': 'Copy the command',
  'devices.block': 'Block the device',
  'devices.blockAsk':
    '{device} is cut off at once and let in no more; nothing that it sends counts.',
  'devices.reason': 'Reason',
  'devices.reasonNeeded': 'Give a reason',
  'devices.unblock': 'Unblock',
}
