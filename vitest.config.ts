import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/localstack/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
