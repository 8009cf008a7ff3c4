/** The one icon set: 24 px grid, lines of one weight, drawn in the colour of the text. */
const paths = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13ZM15.3 15.3 20 20',
  person: 'M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  sun: 'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM12 2.5V5M12 19v2.500M2.5 12H5M19 12h2.500M5.3 5.3 7 7M17 17l1.7 1.700M5.3 18.7 7 17M17 7l1.7-1.7',
  moon: 'M20 14.500A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.500Z',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  menu: 'M4 6.500h16M4 12h16M4 17.500h16',
  down: 'M6 9.5 12 15l6-5.5',
  up: 'M6 14.5 12 9l6 5.5',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'M9.5 5.5 16 12l-6.5 6.5',
  minus: 'M5 12h14',
  enlarge:
    'M14 4.500h5.500V10M10 19.500H4.500V14M19.500 4.500 13.500 10.500M4.500 19.500 10.500 13.500',
  close: 'M6.5 6.500 17.5 17.5M17.5 6.500 6.5 17.5',
  check: 'M5 12.5 10 17.5 19.5 7',
  desk: 'M3.5 5h17v11h-17ZM9 20h6M12 16v4',
  cases: 'M6 3.500h12v17H6ZM9 8.500h6M9 12.500h6M9 16.500h3.5',
  board: 'M3.5 4.500h7v7h-7ZM13.5 4.500h7v4.500h-7ZM13.5 12h7v7.500h-7ZM3.5 14.500h7v5h-7Z',
  device:
    'M12 11a2 2 0 1 0 0 4a2 2 0 1 0 0-4ZM12 15v5.500M8 9a5.6 5.6 0 0 0 0 8M16 9a5.6 5.6 0 0 1 0 8M5 6a10 10 0 0 0 0 14M19 6a10 10 0 0 1 0 14',
  quarantine: 'M4 7.5 12 3.500l8 4v9l-8 4-8-4ZM12 8v4.500M12 15.700v.2',
  chart: 'M4 20h16M7 16.500v-5M12 16.500v-10M17 16.500V9',
  history: 'M4 4.500V20h16M7 15.500l3.5-4.500 3.500 2.500 5.500-7',
  eye: 'M2.5 12c2.5-4.5 5.7-6.5 9.5-6.500s7 2 9.5 6.500c-2.5 4.5-5.7 6.5-9.5 6.500s-7-2-9.5-6.500ZM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6Z',
  eyeOff:
    'M4 4l16 16M9.5 5.800A9.7 9.7 0 0 1 12 5.500c3.8 0 7 2 9.5 6.500a15 15 0 0 1-3.300 4.100M6 7.700A14.500 14.500 0 0 0 2.5 12c2.5 4.5 5.7 6.5 9.5 6.500 1.500 0 2.900-.3 4.200-.900',
  place:
    'M12 21c4.5-4.5 7-8 7-11.200A7 7 0 0 0 5 9.800C5 13 7.5 16.5 12 21ZM12 7.500a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5Z',
  clock: 'M12 3.500a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17ZM12 7.500V12l3 2',
  flame:
    'M12 3c1 3.5 5.5 5.5 5.5 10.500a5.5 5.5 0 0 1-11 0c0-2 .8-3.3 2-4.5.2 1.7.9 2.6 2 3C10.3 8.5 10.5 5.5 12 3Z',
  signOut: 'M14 4.500H5v15h9M10 12h10.500M17 8.500l3.5 3.5-3.5 3.5',
  globe:
    'M12 3.500a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17ZM3.5 12h17M12 3.500c2.6 2.5 3.7 5.3 3.7 8.500s-1.1 6-3.7 8.500c-2.6-2.5-3.7-5.3-3.7-8.500S9.4 6 12 3.500Z',
  people:
    'M9 4.500a3.500 3.500 0 1 0 0 7a3.500 3.500 0 1 0 0-7ZM2.5 20c.5-3.500 3-5.500 6.5-5.500s6 2 6.5 5.500M16 5a3.300 3.300 0 0 1 0 6.300M18 14.900c2 .8 3.200 2.600 3.5 5.100',
  health: 'M3 12.500h4.500L10 6l4 12 2.500-5.500H21',
  audit: 'M6 3.500h12v17H6ZM9 8h6M9 11.500h6M9.5 16l1.800 1.700 3.200-3.400',
  settings:
    'M4 7.500h9M17 7.500h3M4 16.500h3M11 16.500h9M15 5.500a2 2 0 1 0 0 4a2 2 0 1 0 0-4ZM9 14.500a2 2 0 1 0 0 4a2 2 0 1 0 0-4Z',
  camera:
    'M4 8h3.500L9 5.500h6L16.500 8H20v11H4ZM12 10a3.300 3.300 0 1 0 0 6.600a3.300 3.300 0 1 0 0-6.600Z',
  video: 'M3.500 6.500h12v11h-12ZM15.500 10.500l5-3v9l-5-3',
  swap: 'M4 8.500h13M13.500 5 17 8.500 13.500 12M20 15.500H7M10.500 12 7 15.500 10.500 19',
  plus: 'M12 5v14M5 12h14',
  warning: 'M12 4 21 19.500H3ZM12 10v4.500M12 16.900v.2',
  away: 'M4 4l16 16M8.5 13.500a5 5 0 0 1 5-1.300M5.5 10.300A9.5 9.5 0 0 1 9 8M12.5 7.300a10 10 0 0 1 6 3M12 17.500v.2',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}

/** In a menu Ant Design keeps its distance to the label by the class it hands to the icon. */
export function MenuIcon({ name, className }: { name: IconName; className?: string }) {
  return (
    <span className={className}>
      <Icon name={name} size={16} />
    </span>
  )
}

export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="mark">
      <rect width="32" height="32" rx="7" fill="var(--accent-fill)" />
      <path
        d="M6 22.5 11.5 11l4.5 8 3-4.5 6.5 8"
        fill="none"
        stroke="var(--on-accent-fill)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="22.5" cy="9.5" r="2.3" fill="var(--on-accent-fill)" />
    </svg>
  )
}
