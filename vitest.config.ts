import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    // Real browsers, brokers and kills on a busy machine: what fails twice is broken.
    retry: process.env.CI === 'true' ? 1 : 0,
  },
})
