// The names tests find things by. They are part of the app's contract with `tests/e2e`.
//
// start      enrol-code enrol-account enrol-password enrol-pin enrol-pin-again enrol-submit
//            unlock-pin unlock-submit
// everywhere back back-bottom saved-at undo badge tab-home tab-tasks tab-sync tab-me offline-bar update-now
// home       search chip-due chip-draft chip-all household-card (data-record, data-alias) alias-of add-household, then village-<code>
// survey     open-survey (home, data-survey) survey-progress (data-visited, data-houses) survey-criteria
//            chip-not_yet chip-absent chip-visited chip-refused chip-moved chip-found chip-all chip-mine
//            survey-house (data-record, data-state, data-found) to-absent add-household
//            on a household: house-survey (data-state) start-survey-visit; after the visit: to-survey survey-house
// household  start-visit continue-draft edit-household add-difficulty member-row visit-row difficulty-row open-conflict
//            household-alias open-kept
// file       file (data-complete) document-<kind> (data-state, data-signing) open-dossier
//            measure-row project-row agreement-row (data-record) add-measure add-project add-agreement begin-<code>
// income     months month-<YYYY-MM> (data-has) begin-month totals (data-net) per-head line-sentence (data-crosses) missing-months
//            edit-counted lines lines-<category> lines-uncounted line-row (data-line) dispute dispute-option dispute-settle
//            open-replaced again again-line newer adopt prompts prompt (data-rule) answer-<code> add-line
// line       category-<code> item-<code> other-item line-more save-line; shown: line-facts line-state keep-line
//            correct-line remove-line remove-sure
// sheet      sheet (data-written) sheet-preview sheet-difference issue-sheet read-aloud
// record     section-<name> section-next submit-record record-submitted withdraw missing-row
//            element-<repeat> add-<repeat> remove-element remove-sure element-done
// questions  field-<name> input-<name> option-<name>-<value> clear-<name> less-<name> more-<name>
//            open-<name>: a list of 8 or more choices, or an answered one of 5 or more, is folded until this is tapped
// visit      step-arrive step-situation step-register step-check step-next step-back submit-visit
//            visit-submitted withdraw next-household visit-home
// signing    signing (data-state) signing-state changed-since changed-field party (data-party) sign open-slip
//            signer (data-member) proxy-<reason> office-<role> colleague signer-name sign-next sign-failure
//            method-finger_on_screen method-thumbprint_on_paper_photo method-paper_scan method-refuse
//            version-code read-aloud no-voice aloud-text aid-<code> reader reader-name witness witness-name
//            stance-<code> phrase remark signature-pad pad-back pad-again pad-done pad-wrong
//            paper-input paper-photo signed signed-code sign-more sign-leave
// photos     photos photo (data-state, data-file) photo-image add-photo photo-limit photo-unfinished photo-again
//            photo-subject-<code> photo-people-<code> photo-source photo-reason photo-reason-<n> photo-take
//            camera-input gallery-input photo-failure photo-remove photo-remove-yes photo-removed photo-problem
// slip       slip paper-receipt paper-a6 paper-a4 print-slip
// stay       stay-date-tonight stay-date-last stay-date stay-yes stay-no stay-village-<code> stay-save stay-saved stay-row
// difficulty difficulty-<category>
// dispute    in-dispute dispute-row (data-state) add-dispute dispute-<subject> dispute-document dispute-line dispute-no-line
//            dispute-state (data-state) dispute-due dispute-handler dispute-finding dispute-told hotline
// tasks      returned-card conflict-card draft-card (data-record) open-stay
// conflict   conflict-option conflict-other conflict-value conflict-settle conflict-leave
// sync       sync-now sync-state waiting-row problem-row problem-dismiss export-unsent import-carried carriage carry-said
//            sign-in-password sign-in-submit files (data-done, data-total) wifi-only upload-now
// me         language-zh-CN language-en lock change-pin

/** Names that are made from data. */
export const testid = {
  field: (name: string): string => `field-${name}`,
  option: (name: string, value: string): string => `option-${name}-${value}`,
  section: (name: string): string => `section-${name}`,
}
