// The screens of photos, as a part of the app that comes after the first paint.
export { default as PhotoScreen } from './PhotoScreen.vue'
export { default as PhotoViewScreen } from './PhotoViewScreen.vue'
