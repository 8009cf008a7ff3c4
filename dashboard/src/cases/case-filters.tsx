import { useNavigate } from '@tanstack/react-router'
import { Input, Select, Switch } from 'antd'
import { useEffect, useState } from 'react'
import { caseSources, caseStates, tiers } from '../../../gateway/domain/case.ts'
import type { CaseListSearch } from '../app/search.ts'
import { useTown, villageOfScope } from '../app/town.ts'
import { severitiesFromHigh } from '../console/queue-order.ts'
import { Icon } from '../parts/icon.tsx'

/** What the list is narrowed to; it stands in the address, so that a list can be handed on. */
export function CaseFilters({ search }: { search: CaseListSearch }) {
  const town = useTown()
  const { t } = town.words
  const navigate = useNavigate()
  const set = (change: CaseListSearch) =>
    void navigate({ to: '/cases', search: clean({ ...search, ...change }), replace: true })
  const villages = town.places.filter((place) => place.level === 'village')
  return (
    <div className="filters" role="search">
      <TextFilter value={search.q ?? ''} onChange={(q) => set({ q: q === '' ? undefined : q })} />
      <Choice
        label={t('filter.state')}
        value={search.state}
        onChange={(state) => set({ state })}
        options={caseStates.map((value) => ({ value, label: t(`state.${value}`) }))}
      />
      <Choice
        label={t('filter.tier')}
        value={search.tier}
        onChange={(tier) => set({ tier })}
        options={tiers.map((value) => ({ value, label: t(`tier.${value}`) }))}
      />
      <Choice
        label={t('filter.severity')}
        value={search.severity}
        onChange={(severity) => set({ severity })}
        options={severitiesFromHigh.map((value) => ({ value, label: t(`severity.${value}.long`) }))}
      />
      <Choice
        label={t('filter.hazard')}
        value={search.hazard}
        onChange={(hazard) => set({ hazard })}
        options={town.hazards.map((one) => ({ value: one.id, label: town.hazard(one.id) }))}
      />
      {villageOfScope(town.session.person.scope) === null && (
        <Choice
          label={t('filter.village')}
          value={search.village}
          onChange={(village) => set({ village })}
          options={villages.map((place) => ({ value: place.code, label: place.name }))}
        />
      )}
      <Choice
        label={t('filter.source')}
        value={search.source}
        onChange={(source) => set({ source })}
        options={caseSources.map((value) => ({ value, label: t(`source.${value}`) }))}
      />
      <Only
        label={t('filter.overdue')}
        isOn={search.overdue === true}
        onChange={(overdue) => set({ overdue })}
      />
      <Only
        label={t('filter.mine')}
        isOn={search.mine === true}
        onChange={(mine) => set({ mine })}
      />
    </div>
  )
}

interface ChoiceProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
  options: { value: string; label: string }[]
}

function Choice({ label, value, onChange, options }: ChoiceProps) {
  return (
    <Select
      allowClear
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={onChange}
      options={options}
    />
  )
}

interface OnlyProps {
  label: string
  isOn: boolean
  onChange: (isOn: true | undefined) => void
}

function Only({ label, isOn, onChange }: OnlyProps) {
  return (
    <label className="filter-switch">
      <Switch size="small" checked={isOn} onChange={(is) => onChange(is ? true : undefined)} />
      {label}
    </label>
  )
}

/** Asks after typing has paused, and not while a character is being composed. */
function TextFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTown().words
  const [text, setText] = useState(value)
  const [isComposing, setComposing] = useState(false)
  const [known, setKnown] = useState(value)
  if (value !== known) {
    setKnown(value)
    // What is still being typed is newer than what the address says.
    if (value !== text.trim()) setText(value)
  }
  useEffect(() => {
    if (isComposing || text.trim() === value) return
    const timer = setTimeout(() => onChange(text.trim()), 300)
    return () => clearTimeout(timer)
  }, [text, value, isComposing, onChange])
  return (
    <Input
      allowClear={{ clearIcon: <Icon name="close" size={14} /> }}
      value={text}
      placeholder={t('filter.text')}
      aria-label={t('filter.text')}
      prefix={<Icon name="search" size={16} />}
      onChange={(event) => setText(event.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
    />
  )
}

function clean(search: CaseListSearch): CaseListSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
}
