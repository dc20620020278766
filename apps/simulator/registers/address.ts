export interface Address {
  strasse: string;
  hausnummer: string;
  plz: string;
  ort: string;
}

/** Reads `Beispielweg|7|70173|Stuttgart`. */
export function addressOf(text: string): Address {
  const [strasse = '', hausnummer = '', plz = '', ort = ''] = text.split('|');
  return { strasse, hausnummer, plz, ort };
}
