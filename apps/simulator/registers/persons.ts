import { type Address, addressOf } from './address.js';

/** The inhabitants of the simulated Melderegister. All are invented. */
export interface Person {
  familienname: string;
  vornamen: string;
  /** ISO 8601. */
  geburtsdatum: string;
  anschrift: Address;
  /** ISO 8601. */
  einzugsdatum: string;
  /** A bar to information (§ 51 BMG): whoever asks gets the same answer as about a person who does not exist. */
  gesperrt?: true;
}

const person = (
  familienname: string,
  vornamen: string,
  geburtsdatum: string,
  anschrift: string,
  einzugsdatum: string,
): Person => ({ familienname, vornamen, geburtsdatum, anschrift: addressOf(anschrift), einzugsdatum });

export const persons: Person[] = [
  person('Musterfrau', 'Erika', '1984-05-12', 'Beispielweg|7|70173|Stuttgart', '2019-04-01'),
  person('Mustermann', 'Max', '1979-11-03', 'Beispielweg|7|70173|Stuttgart', '2019-04-01'),
  person('Häberle', 'Jörg Änne', '1991-02-28', 'Lindenhalde|12a|71032|Böblingen', '2021-09-15'),
  person('Straßer', 'Zoë', '2001-12-31', 'Münstergasse|3|79098|Freiburg im Breisgau', '2023-10-01'),
  person('Öztürk', 'Deniz', '1988-07-19', 'Käthchenplatz|21|74072|Heilbronn', '2015-06-30'),
  person('Nguyễn', 'Thị Minh', '1995-03-08', 'Donauufer|5|89073|Ulm', '2020-01-01'),
  person('Łukaszewska', 'Agnieszka', '1969-08-24', 'Fächerallee|44|76131|Karlsruhe', '2008-05-01'),
  person("D'Angelo", 'Maria Pia', '1955-01-17', 'Rebhang|9|79104|Freiburg im Breisgau', '1990-11-12'),
  person('von der Tann', 'Friedrich', '1947-06-06', 'Schlosssteige|1|72070|Tübingen', '1975-02-01'),
  person('Šimić-Bauer', 'Ana', '1999-09-09', 'Marktstraße|17|73430|Aalen', '2022-03-15'),
  person('Grün', 'Leo', '2004-04-30', 'Am Hang|2b|88212|Ravensburg', '2024-08-01'),
  person('Müller-Lüdenscheidt', 'Karla', '1962-10-10', 'Neckarblick|30|69117|Heidelberg', '2001-07-07'),
  // two whom only an address tells apart, and one who is protected
  person('Zwilling', 'Kim', '1990-02-14', 'Doppelgasse|1|70173|Stuttgart', '2012-02-01'),
  person('Zwilling', 'Kim', '1990-02-14', 'Spiegelweg|2|71083|Herrenberg', '2018-09-01'),
  { ...person('Verborgen', 'Vera', '1981-08-08', 'Stilles Tal|4|88212|Ravensburg', '2016-01-01'), gesperrt: true },
];

const same = (a: unknown, b: string) =>
  typeof a === 'string' && a.trim().normalize('NFC').toLocaleLowerCase('de') === b.toLocaleLowerCase('de');

/** What a question says about a person. */
export interface PersonQuery {
  familienname?: unknown;
  vornamen?: unknown;
  geburtsdatum?: unknown;
  anschrift?: { strasse?: unknown; plz?: unknown };
}

/** Finds all with this family name and date of birth; first names, street and postcode must fit if they are given. */
export function findPersons({ familienname, vornamen, geburtsdatum, anschrift = {} }: PersonQuery): Person[] {
  const fits = (given: unknown, own: string) => given === undefined || same(given, own);
  return persons.filter(
    (one) =>
      !one.gesperrt &&
      same(familienname, one.familienname) &&
      geburtsdatum === one.geburtsdatum &&
      fits(vornamen, one.vornamen) &&
      fits(anschrift.strasse, one.anschrift.strasse) &&
      fits(anschrift.plz, one.anschrift.plz),
  );
}
