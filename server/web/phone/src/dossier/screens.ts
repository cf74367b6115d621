// The screens of a household's file, as one part of the app.
export { default as AddScreen } from './AddScreen.vue'
export { default as DossierScreen } from './DossierScreen.vue'
export { default as IncomeScreen } from './IncomeScreen.vue'
export { default as LineScreen } from './LineScreen.vue'
export { default as SheetScreen } from './SheetScreen.vue'
