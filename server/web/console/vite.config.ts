// Builds the desk: the page at `/desk/`. It is always online and has no service worker.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { app } from '../build.ts'

export default defineConfig({
  ...app('./console', 'desk'),
  base: '/desk/',
  plugins: [vue()],
})
