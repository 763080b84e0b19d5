// Reasons of refusal as people say them, and what helps.
export const reasonText = reason => {
  const words = reason.replaceAll('_', ' ');
  return words[0].toUpperCase() + words.slice(1);
};

export const resultText = {
  requeued: 'accepted, and on their way to the sinks',
  was_requeued: 'requeued before, nothing was done',
  still_refused: 'still refused',
  came_again: 'came again since and were accepted then',
  was_discarded: 'discarded before',
  bytes_gone: 'no longer whole: the bytes are gone',
  spool_full: 'not taken: the spool is full',
  not_found: 'no longer there',
};

/** @param rule as a schema's line, or null. @returns paragraphs: text, or { code } to copy. */
export function remedy(letter, reading, { schema, failure }) {
  if (failure) return ['No schema can mend a message that cannot be read: correct what sends it, and discard this letter. The byte is marked in the bytes below.'];
  if (letter.sink) return [`The ${letter.sink} sink refused it: ${letter.detail || 'it did not say why'}. When that is put right there, requeue it: it goes to that sink alone.`];
  if (!reading?.refused) return ['Nothing refuses it now: try it, then requeue it.'];
  if (!reading.rule) return ['The reading itself is at fault, and no schema can help: correct what sends it, and discard this letter.'];
  if (reading.refused === 'too_many_series') return [`Raise ${reading.rule} and restart, or correct the names that the device makes up.`];
  if (schema.file) return ['This line refuses it:', { code: reading.rule }, `Correct it in ${schema.file} and save. It is in force half a second later, and this page says so.`];
  return ['No schema file claims this device, so the settings Validation:* judge it:', { code: reading.rule },
    `Change them and restart, or write a schema of its own into ${schema.folder.replace(/\/$/, '')}/NAME.json; it is in force half a second after it is saved:`,
    { code: JSON.stringify({ type: 'NAME', devices: [letter.device], maxClockLead: '00:10:00' }, null, 2) }];
}
