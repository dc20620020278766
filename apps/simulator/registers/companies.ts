import { type Address, addressOf } from './address.js';

/** The companies of the simulated Handelsregister. All are invented; real numbers do not begin with 99. */
export interface Company {
  gericht: string;
  art: 'HRA' | 'HRB' | 'GnR';
  nummer: string;
  firma: string;
  rechtsform: string;
  sitz: string;
  anschrift: Address;
  vertretung: { familienname: string; vornamen: string }[];
  status: 'aktiv' | 'gelöscht';
  /** ISO 8601. */
  eintragungsdatum: string;
}

const company = (
  [gericht, art, nummer]: [string, Company['art'], string],
  firma: string,
  rechtsform: string,
  address: string,
  persons: string,
  eintragungsdatum: string,
  status: Company['status'] = 'aktiv',
): Company => {
  const anschrift = addressOf(address);
  const vertretung = persons.split('; ').map((name) => {
    const [familienname = '', vornamen = ''] = name.split(', ');
    return { familienname, vornamen };
  });
  const sitz = anschrift.ort;
  return { gericht, art, nummer, firma, rechtsform, sitz, anschrift, vertretung, status, eintragungsdatum };
};

export const companies: Company[] = [
  company(
    ['Stuttgart', 'HRB', '990001'],
    'Musterwerk GmbH',
    'GmbH',
    'Beispielweg|11|70173|Stuttgart',
    'Musterfrau, Erika',
    '2015-03-09',
  ),
  company(
    ['Ulm', 'HRB', '990001'],
    'Ulmer Spatzen Gastro GmbH',
    'GmbH',
    'Donauufer|2|89073|Ulm',
    'Öztürk, Deniz',
    '2018-11-20',
  ),
  company(
    ['Mannheim', 'HRB', '990001'],
    'Quadrate Logistik AG',
    'AG',
    'Hafenring|8|68159|Mannheim',
    'Straßer, Zoë',
    '2003-07-01',
  ),
  company(
    ['Ulm', 'HRB', '990004'],
    'Beispielrad GmbH',
    'GmbH',
    'Fächerallee|44|76131|Karlsruhe',
    "Nguyễn, Thị Minh; D'Angelo, Maria Pia",
    '2021-05-17',
  ),
  company(
    ['Mannheim', 'HRB', '990004 KA'],
    'Fächerblick Optik GmbH',
    'GmbH',
    'Fächerallee|3|76131|Karlsruhe',
    'Łukaszewska, Agnieszka',
    '1998-02-02',
  ),
  company(
    ['Freiburg', 'HRA', '990006'],
    'Rebhang Weinbau e. K.',
    'e. K.',
    'Rebhang|9|79104|Freiburg im Breisgau',
    "D'Angelo, Maria Pia",
    '1991-10-15',
  ),
  company(
    ['Freiburg', 'HRB', '990006'],
    'Münster Verlag UG (haftungsbeschränkt)',
    'UG',
    'Münstergasse|5|79098|Freiburg im Breisgau',
    'Straßer, Zoë',
    '2024-01-08',
  ),
  company(
    ['Stuttgart', 'HRA', '990008'],
    'Häberle & Grün OHG',
    'OHG',
    'Lindenhalde|14|71032|Böblingen',
    'Häberle, Jörg Änne; Grün, Leo',
    '2022-09-01',
  ),
  company(
    ['Ulm', 'GnR', '990009'],
    'Energie am Hang eG',
    'eG',
    'Am Hang|1|88212|Ravensburg',
    'Grün, Leo',
    '2012-04-23',
  ),
  company(
    ['Stuttgart', 'HRB', '990010'],
    'Vorbei und Vergangen GmbH',
    'GmbH',
    'Alter Weg|1|70173|Stuttgart',
    'Mustermann, Max',
    '1986-06-30',
    'gelöscht',
  ),
];

const bare = (nummer: string) =>
  nummer
    .toLocaleLowerCase('de')
    .replace(/\s+/g, '')
    .replace(/^(hra|hrb|gnr)?0*/, '');

/** Finds all entries with this number, in any court and section: whoever asks must choose. */
export const entriesOf = (nummer: string) => companies.filter((one) => bare(nummer) === bare(one.nummer));
