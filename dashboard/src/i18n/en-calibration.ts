import type { zhCalibration } from './zh-calibration.ts'

export const enCalibration: Record<keyof typeof zhCalibration, string> = {
  'calibration.title': 'Calibration',
  'calibration.none': 'Not calibrated: what is shown is what was measured.',
  'calibration.holds': '{property} = measured {formula}, from {time} on',
  'calibration.coming': '{property} has another one from {time} on',
  'calibration.open': 'Calibrate',
  'calibration.look': 'See calibrations',
  'calibration.of': 'Calibration of {device}',
  'calibration.what':
    'After a comparison with a reference: from that time on, what is shown = measured × factor + offset. What was measured stays, and a calibration can be removed at any time; charts and alarm rules go by the calibrated value.',
  'calibration.list': 'Calibrations',
  'calibration.listNone': 'There is none yet.',
  'calibration.from': 'From {time}',
  'calibration.by': '{by} · {reason}',
  'calibration.now': 'Holds now',
  'calibration.remove': 'Remove',
  'calibration.removeAsk':
    'Readings of that time then go by the calibration before it, or as measured if there is none.',
  'calibration.removeSure': 'Remove it',
  'calibration.add': 'Add a calibration',
  'calibration.save': 'Save the calibration',
  'calibration.property': 'Property',
  'calibration.day': 'From the day',
  'calibration.time': 'Time (HH:MM)',
  'calibration.timeWrong': 'Such as 08:30',
  'calibration.dayMissing': 'Choose a day',
  'calibration.factor': 'Factor',
  'calibration.factorWrong': 'A number from −1000 to 1000, and not 0',
  'calibration.offset': 'Offset ({unit})',
  'calibration.offsetWrong': 'A number from −100000 to 100000',
  'calibration.reason': 'Grounds',
  'calibration.reasonHelp':
    'What it was compared with and how far it was off; this goes into the audit log',
  'calibration.reasonMissing': 'Say what it rests on (two letters at least)',
  'calibration.preview': 'Measured {measured} → shown {value}',
  'calibration.previewLast': 'Last reading',
  'calibration.previewNone': 'Give factor and offset, and see here what comes of it.',
  'calibration.range':
    'Plausible values of {property} lie between {min} and {max} {unit}: this is outside.',
  'calibration.replaces': 'There is one from that very time; saving replaces it.',
  'calibration.full':
    'There are too many calibrations of this property: remove one no longer needed.',
  'calibration.gone': 'Somebody else has removed it already.',
  'calibration.failed': 'The calibrations could not be fetched; try again in a moment.',
  'audit.act.calibrateDevice': 'calibrated a device',
  'audit.act.removeCalibration': 'removed a calibration',
}
