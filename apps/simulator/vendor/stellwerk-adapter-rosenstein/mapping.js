/** The delivery as a Vorgang, in the words of Rosenstein Steuern. */
export async function bookingOf({ submissionId, leistung, ars, receivedAt, message, attachments }) {
  const anlagen = [];
  for (const { filename, mimetype, content } of attachments)
    anlagen.push({ name: filename, typ: mimetype, contentBase64: Buffer.from(await content()).toString('base64') });
  return { submissionId, gemeinde: ars, leistung, eingang: receivedAt, daten: message, anlagen };
}
