import { defineConfig } from 'vitest/config'

/** These state figures, which a machine that does other things meanwhile cannot show. */
const measured = 'test/faults/**/*.test.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A slow machine is no failure.
    expect: { poll: { timeout: 15_000 } },
    passWithNoTests: false,
    globalSetup: ['test/support/templates.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'suites',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: [measured],
          // Two on two cores: while one waits for a browser, a broker or a disk, the other goes on.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: [measured],
          // One after the other, when all others are done.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
