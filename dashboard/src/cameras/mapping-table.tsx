import { Button } from 'antd'
import type { EventMapping } from '../../../gateway/domain/camera-event.ts'
import { useTown } from '../app/town.ts'
import { Badge } from '../parts/badge.tsx'
import { Icon } from '../parts/icon.tsx'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'
import { typeWords } from './camera-words.ts'
import { TopicName } from './sent-events.tsx'

interface TableProps {
  mappings: readonly EventMapping[]
  isBusy: boolean
  acts: {
    add: () => void
    edit: (index: number) => void
    move: (index: number, by: 1 | -1) => void
    remove: (index: number) => void
  }
}

interface Row {
  mapping: EventMapping
  index: number
}

/** The first that fits counts, so rows move up and down. */
export function MappingTable({ mappings, isBusy, acts }: TableProps) {
  const town = useTown()
  const { t } = town.words
  const columns: SheetColumn<Row>[] = [
    {
      key: 'topic',
      label: t('events.topic'),
      width: 'minmax(0, 2fr)',
      render: ({ mapping }) => <TopicName topic={mapping.topic} />,
    },
    {
      key: 'when',
      label: t('events.when'),
      width: 'minmax(0, 1fr)',
      render: ({ mapping }) => <Condition mapping={mapping} />,
    },
    {
      key: 'meaning',
      label: t('events.meaning'),
      width: 'minmax(0, 1.1fr)',
      render: ({ mapping }) => (
        <span className="mapping-meaning">
          <Badge severity={mapping.severity} size={20} />
          <span>
            {typeWords(t, mapping.type)}{' '}
            <span className="second">{town.hazard(mapping.hazard)}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'hold',
      label: t('events.hold'),
      width: '104px',
      drop: 'middle',
      render: ({ mapping }) =>
        mapping.holdS === null ? (
          <span className="second">{t('events.holdNone')}</span>
        ) : (
          t('duration.seconds', { n: mapping.holdS })
        ),
    },
    {
      key: 'acts',
      label: '',
      width: '188px',
      isEnd: true,
      render: ({ index }) => <RowActs {...{ index, isBusy, acts }} last={mappings.length - 1} />,
    },
  ]
  return (
    <>
      <Sheet
        label={t('events.mapped')}
        columns={columns}
        rows={mappings.map((mapping, index) => ({ mapping, index }))}
        keyOf={({ mapping }) => mapping.id}
      />
      <div>
        <Button onClick={acts.add}>{t('events.add')}</Button>
      </div>
    </>
  )
}

function Condition({ mapping: { item, values } }: { mapping: EventMapping }) {
  const { t } = useTown().words
  if (item === null) return <span className="second">{t('events.always')}</span>
  return (
    <span className="mono" lang="und">
      {item}
      {values.length > 0 && ` = ${values.join(' | ')}`}
    </span>
  )
}

function RowActs({
  index,
  last,
  isBusy,
  acts,
}: Omit<TableProps, 'mappings'> & { index: number; last: number }) {
  const { t } = useTown().words
  const n = index + 1
  return (
    <span className="sheet-acts mapping-acts">
      <Button
        type="text"
        aria-label={t('events.up', { n })}
        title={t('events.up', { n })}
        icon={<Icon name="up" size={16} />}
        disabled={isBusy || index === 0}
        onClick={() => acts.move(index, -1)}
      />
      <Button
        type="text"
        aria-label={t('events.down', { n })}
        title={t('events.down', { n })}
        icon={<Icon name="down" size={16} />}
        disabled={isBusy || index === last}
        onClick={() => acts.move(index, 1)}
      />
      <Button
        disabled={isBusy}
        aria-label={t('events.editNth', { n })}
        onClick={() => acts.edit(index)}
      >
        {t('events.edit')}
      </Button>
      <Button
        type="text"
        aria-label={t('events.remove', { n })}
        title={t('events.remove', { n })}
        icon={<Icon name="close" size={16} />}
        disabled={isBusy}
        onClick={() => acts.remove(index)}
      />
    </span>
  )
}
