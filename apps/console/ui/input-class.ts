/** The look of a text input, a select and a text area. */
export const inputClass =
  'min-h-8 max-md:min-h-11 w-full min-w-0 rounded-control border border-line-strong bg-surface px-2 text-form text-text placeholder:text-muted disabled:cursor-not-allowed disabled:opacity-60 aria-[invalid=true]:border-fail'
