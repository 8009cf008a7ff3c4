import type { zhRetention } from './zh-retention.ts'

/** How long readings are kept, what they take on the disk, and when it is full, in English. */
export const enRetention: Record<keyof typeof zhRetention, string> = {
  'kind.gateway': 'Lianxun host',
  'event.diskFilling': 'Disk full within a month',
  'event.diskNearlyFull': 'Disk nearly full',
  'health.disk.warn.soon': 'At this pace the disk is full within a month',
  'health.disk.bad.soon': 'At this pace the disk is full within a week',
  'retention.class.air': 'Air',
  'retention.class.weather': 'Weather',
  'retention.class.water': 'Water and soil',
  'retention.class.slope': 'Slopes',
  'retention.class.device': 'The device itself',
  'retention.readings': 'Readings',
  'retention.readingsClass': 'Class',
  'retention.raw': 'Single readings',
  'retention.rawWhat': 'Charts zoom to each of them; then hours and days are left',
  'retention.rolledUp': 'Hours and days',
  'retention.rolledUpWhat': 'Least, mean and most of each; then the whole month goes',
  'retention.onDisk': 'On the disk',
  'retention.onDiskWhat': 'A bar a month, this month on the right',
  'retention.onDiskNone': 'No readings yet',
  'retention.onDiskLabel': '{name} on the disk: {from} to {to}, {size} in all',
  'retention.onDiskMonth': '{month}: {size}',
  'retention.compacted': 'Months of hours and days only',
  'retention.rolledUpShort': 'No fewer days than single readings',
  'retention.daysOf': '{name}: {what}',
  'retention.others': 'Everything else',
  'retention.full': 'At this pace the disk is full in {n} days ({free} of {total} are free).',
  'retention.notFull': 'At this pace the disk does not fill ({free} of {total} are free).',
  'retention.takes': 'Readings take {size} now and grow by about {perDay} a day.',
  'retention.takesOnly':
    'Readings take {size} now; by how much they grow is known after two days of running.',
  'retention.settles': 'With the days that are saved, readings settle at about {size}.',
  'retention.influx':
    'An InfluxDB keeps the readings, and its own retention policy decides how long. The days here are for files on this machine and count again when readings come back to them.',
  'retention.sizesAway':
    'What they take on the disk could not be read, try again later; the days can be changed all the same.',
}
