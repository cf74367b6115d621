// One test run over engine, ui and both apps.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { alias } from './build.ts'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias },
  test: {
    include: ['{engine,ui,phone,console}/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    passWithNoTests: false,
  },
})
